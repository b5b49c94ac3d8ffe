"""`marshrut doctor`: every part good, and every part missing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask

from app import doctor
from app.kernel.config import Settings


@pytest.fixture
def healthy(app: Flask, settings: Settings) -> Iterator[Settings]:
    """The settings of this run, in the application's context."""
    with app.app_context():
        yield settings


def _states(settings: Settings) -> dict[str, doctor.Finding]:
    return dict(zip([check.__name__ for check in doctor.CHECKS], doctor.examine(settings), strict=True))


@pytest.fixture
def post() -> Iterator[str]:
    """A mail server that says hello and goodbye; its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _address = listening.accept()
            with connection, connection.makefile("rwb") as talk:
                talk.write(b"220 here\r\n")
                talk.flush()
                for line in talk:
                    talk.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 ok\r\n")
                    talk.flush()

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(5)


def test_a_healthy_installation(healthy: Settings, post: str) -> None:
    found = _states(replace(healthy, smtp_url=post))
    assert {name: each.state for name, each in found.items() if name not in ("disk", "fonts")} == {
        "secret": doctor.GOOD,
        "database": doctor.GOOD,
        "broker": doctor.GOOD,
        "mail": doctor.GOOD,
        "undelivered": doctor.GOOD,
    }
    assert found["disk"].state != doctor.BAD or "GB" in found["disk"].words


def test_everything_that_is_missing_comes_with_what_to_do(healthy: Settings, tmp_path: Path) -> None:
    broken = replace(
        healthy,
        environment="production",
        secret_key="short",
        database_url="postgresql+psycopg://nobody@127.0.0.1:1/none",
        redis_url="redis://127.0.0.1:1/0",
        smtp_url="smtp://127.0.0.1:1",
        bounce_url="imap://me:secret@127.0.0.1:1",
        data_dir=tmp_path / "is" / "not" / "there",
    )
    found = _states(broken)
    assert {name for name, each in found.items() if each.state == doctor.BAD} == set(found) - {"fonts"}
    assert "secret" not in found["undelivered"].advice
    assert all(each.advice for each in found.values() if each.state == doctor.BAD)


def test_missing_migrations_an_old_server_and_a_wrong_clock_are_named(healthy: Settings) -> None:
    judged = [
        doctor._judged("db", *facts, "0002")
        for facts in ((140005, "0002", 0.1), (150000, "0001", 0.1), (150000, "0002", 60.0), (150000, "0002", 0.1))
    ]
    assert [each.state for each in judged] == [doctor.BAD, doctor.BAD, doctor.BAD, doctor.GOOD]
    assert "marshrut migrate" in judged[1].advice


def test_no_password_stands_in_what_it_says(healthy: Settings) -> None:
    secret = "geheim-7f3a"
    url = f"postgresql+psycopg://marshrut:{secret}@127.0.0.1:1/none"
    found = _states(replace(healthy, database_url=url, redis_url=f"redis://:{secret}@127.0.0.1:1/0"))
    assert secret not in str(found)
