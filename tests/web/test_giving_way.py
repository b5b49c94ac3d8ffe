"""Two requests that the database finds in a deadlock: the one that has to give way is run again, nobody sees it."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask, g, request
from sqlalchemy import text

from app.kernel.db import db
from app.web.application import Application

_LOCK = text("SELECT pg_advisory_xact_lock(7, :number)")


class Crossing:
    """An application whose two addresses take two locks in opposite orders, at the same moment the first time."""

    def __init__(self) -> None:
        self.barrier = Barrier(2)
        self.tries: list[int] = []
        self.app = Application(__name__)
        self.app.secret_key = "crossing"
        self.app.add_url_rule("/<int:first>", view_func=self.cross, methods=["POST"])
        self.app.before_request(self.mark)

    def mark(self) -> None:
        """What hooks leave in `g` must not survive into the second try."""
        assert "marked" not in g
        g.marked = True

    def cross(self, first: int) -> str:
        """Lock `first`, then the other of 1 and 2."""
        again = self.tries.count(first)
        self.tries.append(first)
        db.session.execute(_LOCK, {"number": first})
        if not again:
            self.barrier.wait(10)
        db.session.execute(_LOCK, {"number": 3 - first})
        return f"{request.files['sheet'].read().decode()}{request.form['word']}"


@pytest.mark.usefixtures("app")
def test_the_request_that_gives_way_is_repeated_with_its_file(app: Flask) -> None:
    crossing = Crossing()

    def send(first: int) -> tuple[int, str]:
        body = {"sheet": (io.BytesIO(b"sheet "), "a.xlsx"), "word": str(first)}
        answer = crossing.app.test_client().post(f"/{first}", data=body)
        return answer.status_code, answer.text

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, (1, 2)))
    assert answers == [(200, "sheet 1"), (200, "sheet 2")]
    assert len(crossing.tries) == 3
