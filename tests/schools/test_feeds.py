"""What indicators count of schools: every source can be read, and a school in two groups is one row."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.indicators import sources
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import queries as people
from app.schools import feeds, operations
from tests.courses.world import make_world


@pytest.fixture
def world(work: Session) -> Session:
    """The small region with a school in two groups."""
    make_world()
    for group in ("shnor", "p500_2022"):
        operations.put_into_group(PLATFORM, group, ["lebedyan-1"], since=date(2026, 1, 1), reason="Приказ")
    return work


def test_a_school_in_two_groups_is_one_row(world: Session) -> None:
    source = sources.find("schools")
    assert source is not None
    rows = db.session.execute(source.select()).mappings().all()
    (school,) = [row for row in rows if row["key"] == "lebedyan-1"]
    assert sorted(school["groups"]) == ["p500_2022", "shnor"]
    members = db.session.execute(feeds.groups()).mappings().all()
    assert sorted(row["group"] for row in members) == ["p500_2022", "shnor"]


def test_categories_of_an_organisation_are_its_groups(world: Session) -> None:
    assert people.organisation("lebedyan-1").categories == ("shnor", "p500_2022")
    assert people.organisation("lebedyan").categories == ()
