"""60 people on phones who save answers of a test at once, beside running courses: gunicorn, a session cookie each."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from sqlalchemy import func, select

from app.assessment.models import Attempt, Response
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import operations as people
from tests.assessment import building
from tests.bench.client import Client
from tests.bench.ground import PASSWORD, REGION, Ground
from tests.bench.gunicorn import serving
from tests.bench.measure import Goal, Row, at_most, together
from tests.bench.web import completions, environment

PEOPLE = 60
NAME = "60 people on phones saving test answers, p95"
GOAL = 300
"""Milliseconds, of an answer a second each and of all at the same moment: the worse of the two counts."""
THINKING = (0.5, 1.5)
"""Seconds between two answers of one person: fast for a test."""
COMPLETIONS = 0.1
"""Seconds between two tasks that people of running courses complete meanwhile."""


def measure(ground: Ground, quick: bool) -> tuple[list[Row], list[Goal]]:
    """Everybody answers every second or so; then everybody answers at the very same moment, again and again."""
    windows = _prepare(PEOPLE)
    with serving("app.wsgi:create()", environment(ground), "/healthz") as (port, _), _courses_running(ground, port):
        clients = [_begun(port, login, window) for login, window in windows.items()]
        thinking = together(PEOPLE, lambda n: clients[n].answers(10 if quick else 30, THINKING), 1)
        gate = threading.Barrier(PEOPLE)
        burst = together(PEOPLE, lambda n: clients[n].answers(4 if quick else 10, (0.5, 0.5), gate), 1)
    with db.unit_of_work():
        kept = _kept(windows.values())
    note = f"{thinking.rate:.0f}/s; {kept} questions answered"
    rows = [
        Row("Test answers of 60 people, one a second each, beside 10 tasks/s", thinking, note=note),
        Row("Test answers of 60 people, all at the same moment", burst),
    ]
    return rows, [at_most(NAME, max(thinking.p95, burst.p95), GOAL, " ms")]


class _Phone:
    """One listener with the test open."""

    def __init__(self, port: int, login: str, window: int, count: int) -> None:
        self.client = Client(port)
        self.client.sign_in(login, PASSWORD)
        self.window, self.count, self.sent = window, count, 0
        status, _ = self._form("start", {})
        if status not in (302, 303):
            raise RuntimeError(f"the test could not be begun: {status}")

    def answers(
        self, number: int, thinking: tuple[float, float], gate: threading.Barrier | None = None
    ) -> Iterator[_Answer]:
        """So many answers, one after another, on a connection of their own."""
        self.client.close()
        return (_Answer(self, thinking, gate) for _ in range(number))

    def save(self) -> None:
        """Send the next answer.

        Raises:
            RuntimeError: it was not saved.
        """
        self.sent += 1
        fields = {"position": self.sent % self.count + 1, "seq": self.sent, "v": str(self.sent)}
        status, body = self._form("answers", fields)
        if status != 200 or json.loads(body)["seq"] != self.sent:
            raise RuntimeError(f"the answer was not saved: {status} {body[:200]!r}")

    def _form(self, name: str, fields: dict[str, object]) -> tuple[int, bytes]:
        body = urlencode(fields).encode()
        return self.client.send("POST", f"/tests/{self.window}/{name}", body, "application/x-www-form-urlencoded")


class _Answer:
    """One answer; the thinking before it is not timed."""

    def __init__(self, phone: _Phone, thinking: tuple[float, float], gate: threading.Barrier | None) -> None:
        self.phone, self.thinking, self.gate = phone, thinking, gate

    def prepare(self) -> None:
        """Think, and wait for the others where all answer at one moment."""
        time.sleep(random.uniform(*self.thinking))
        if self.gate is not None:
            self.gate.wait(60)

    def __call__(self) -> None:
        self.phone.save()


def _begun(port: int, login: str, window: int) -> _Phone:
    return _Phone(port, login, window, sum(count for count, _ in building.HUNDRED.values()))


def _prepare(count: int) -> dict[str, int]:
    """People with a test to take: login → window."""
    found: dict[str, int] = {}
    with db.unit_of_work():
        made = building.specification(minutes=120, subject="bench")
        for number in range(count):
            login = f"phone{number}"
            people.create_person(
                PLATFORM,
                login,
                last_name=f"Phone{number}",
                first_name="B",
                organisation=REGION,
                password=PASSWORD,
                must_change_password=False,
                roles=[("designer", REGION)],
                consent=True,
            )
            found[login] = building.sitting(login, made, course="BENCH", deploy=number == 0).key
    return found


def _kept(windows: Iterable[int]) -> int:
    """How many answers the database holds."""
    query = (
        select(func.count())
        .select_from(Response)
        .join(Attempt, Attempt.key == Response.attempt_key)
        .where(Attempt.window_key.in_(list(windows)), Response.seq > 0)
    )
    return db.session.scalar(query) or 0


@contextmanager
def _courses_running(ground: Ground, port: int) -> Iterator[None]:
    """Somebody completes tasks meanwhile."""
    stopped = threading.Event()

    def work() -> None:
        for call in completions(ground, port, 100_000):
            if stopped.wait(COMPLETIONS):
                return
            prepare = getattr(call, "prepare", None)
            if prepare is not None:
                prepare()
            call()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(30)
