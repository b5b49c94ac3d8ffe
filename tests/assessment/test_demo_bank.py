"""The bank of the demo is sound: every item can be taken, all kinds are there, a repeat variant is another one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from app.assessment.models import Item
from app.assessment.queries import banks as queries
from app.assessment.rules.drawing import Quota, draw
from app.assessment.rules.items import KINDS
from app.demo.banks import BANK, QUOTAS, TEST, load_banks
from app.demo.region import load_region
from app.files import store
from app.kernel.db import db
from app.people import queries as people


@pytest.fixture
def loaded(connection: Connection, tmp_path: Path) -> None:
    store.use(tmp_path)
    with db.unit_of_work():
        load_region("demo")
        load_banks()


def test_the_demo_bank_is_whole(loaded: None) -> None:
    with db.unit_of_work():
        bank = queries.bank(people.actor_for("course_leader"), BANK)
        (run,) = queries.imports(bank.key)
        assert run.problems == []
        found = db.session.scalars(select(Item).where(Item.bank_key == bank.key)).all()
        assert len(found) == run.taken_count >= 60
        assert set(Counter(item.kind for item in found)) == set(KINDS)
        assert {item.points for item in found} == {1}
        assert sum("$" in item.body["prompt"] for item in found) > 20
        assert sum("(file:" in item.body["prompt"] for item in found) == 2
        test = queries.specification(bank.key, TEST)
        quotas = [Quota(row["topic"], row["count"]) for row in test.quotas]
        assert {quota.topic: quota.count for quota in quotas} == QUOTAS
        topics: dict[str, list[int]] = {}
        for item in found:
            topics.setdefault(item.topic, []).append(item.key)
        first = draw(topics, quotas, 1)
        assert not set(first) & set(draw(topics, quotas, 2, exclude=first))
