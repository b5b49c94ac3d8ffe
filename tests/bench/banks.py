"""A question bank of 5,000 items: checked, taken, listed, searched, drawn from, taken out (issue 3, «Load»)."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from app.assessment.models import Item
from app.assessment.operations import banks, exporting, importing
from app.assessment.queries import banks as queries
from app.assessment.queries import statistics
from app.assessment.rules import gift_writing, workbook
from app.assessment.rules.drafts import Draft, tidy
from app.assessment.rules.drawing import Quota, draw
from app.assessment.rules.items import MATCHING, MULTIPLE, NUMERIC, ORDERING, PARTIAL, SINGLE, TEXT
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from tests.bench.ground import Ground
from tests.bench.measure import Goal, Row, Timing, timed

ITEMS, QUICK, TOPICS = 5_000, 500, 20
QUOTAS = [Quota(f"Тема {number}", 2) for number in range(TOPICS)]


def measure(ground: Ground, quick: bool) -> tuple[list[Row], list[Goal]]:
    """Every step of a large bank once, the daily ones many times."""
    size = QUICK if quick else ITEMS
    drafts = [_draft(number) for number in range(size)]
    sheet, text = workbook.write(drafts), gift_writing.write(drafts, "Банк").encode()
    with db.unit_of_work():
        for code in ("BENCH-1", "BENCH-2"):
            banks.create_bank(PLATFORM, code, "математика", f"Банк {code}")
    rows = [
        *_taken("BENCH-1", "a.xlsx", sheet, "Excel", size),
        *_taken("BENCH-2", "a.gift", text, "GIFT", size),
        Row(f"bank of {size:,}: to Excel", _once(lambda: _exported("BENCH-1", "xlsx"))),
        Row(f"bank of {size:,}: to GIFT", _once(lambda: _exported("BENCH-1", "gift"))),
        Row(f"bank of {size:,}: first page as a query", timed((_listed for _ in range(60)), 5)),
        Row(f"bank of {size:,}: search by words", timed((_searched for _ in range(60)), 5)),
        Row(f"bank of {size:,}: a variant of 40 drawn", timed((_drawn(seed) for seed in range(60)), 5)),
    ]
    return rows, []


def _draft(number: int) -> Draft:
    """Item of one of six kinds, with a formula."""
    kind = (SINGLE, MULTIPLE, NUMERIC, TEXT, MATCHING, ORDERING)[number % 6]
    draft = Draft(f"Тема {number % TOPICS}", kind, "1", f"Вопрос {number}: чему равно $\\frac{{{number}}}{{2}}+x^2$?")
    texts = [f"$\\frac{{{number}}}{{{part}}}$" for part in range(2, 6)]
    if kind == NUMERIC:
        draft.value, draft.tolerance = str(number), "0.5"
    elif kind == TEXT:
        draft.choices = [f"ответ {number}", f"{number}"]
    elif kind == MATCHING:
        draft.choices, draft.pairs, draft.scoring = texts[:3], ["1", "2", "3", "4"], PARTIAL
    else:
        draft.choices = texts
        draft.correct = {SINGLE: [2], MULTIPLE: [1, 3]}.get(kind, [])
    return tidy(draft)


def _taken(code: str, name: str, content: bytes, words: str, size: int) -> list[Row]:
    """A file checked, its rows taken, and the same file checked again."""
    keys: list[int] = []

    def check() -> None:
        with db.unit_of_work():
            run = importing.upload_items(PLATFORM, code, name, content)
            if run.problems:
                raise RuntimeError(f"the file is wrong: {run.problems[:2]}")
            keys.append(run.key)

    def take() -> None:
        with db.unit_of_work():
            importing.take_items(PLATFORM, code, keys[0])

    return [
        Row(f"bank of {size:,}: {words} checked", _once(check)),
        Row(f"bank of {size:,}: {words} taken", _once(take)),
        Row(f"bank of {size:,}: {words} checked again, all known", _once(check)),
    ]


def _once(call: Callable[[], object]) -> Timing:
    return timed([call])


def _exported(code: str, form: str) -> None:
    with db.unit_of_work():
        exporting.export_bank(PLATFORM, code, form)


def _listed() -> None:
    with db.unit_of_work() as session:
        bank = queries.bank(PLATFORM, "BENCH-1")
        found = session.scalars(queries.item_select(bank.key, state=queries.ACTIVE).limit(50)).all()
        queries.topics(bank.key)
        statistics.of_items(item.key for item in found)


def _searched() -> None:
    with db.unit_of_work() as session:
        bank = queries.bank(PLATFORM, "BENCH-1")
        if not session.scalars(queries.item_select(bank.key, search="вопрос 421", topic="Тема 1").limit(50)).all():
            raise RuntimeError("nothing was found")


def _drawn(seed: int) -> Callable[[], object]:
    def call() -> None:
        with db.unit_of_work() as session:
            bank = queries.bank(PLATFORM, "BENCH-1")
            query = select(Item.key, Item.topic).where(Item.bank_key == bank.key, Item.retired.is_(False))
            topics: dict[str, list[int]] = {}
            for key, topic in session.execute(query):
                topics.setdefault(topic, []).append(key)
            draw(topics, QUOTAS, seed)

    return call
