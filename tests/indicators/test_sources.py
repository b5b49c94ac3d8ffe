"""Every source of the program can be read: its columns are the fields that it names, and who may see which rows."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.indicators import sources
from app.kernel.actor import Actor
from app.kernel.db import db
from tests.indicators.factories import COORDINATOR, MOUO_HEAD, SCHOOL_HEAD, TEACHER


def test_every_source_has_the_columns_that_it_names(work: Session, app: Flask) -> None:
    found = {source.code: source.select().subquery() for source in sources.everything()}
    assert {code: set(rows.c.keys()) for code, rows in found.items()} == {
        code: {*sources.ALWAYS, *known.fields} for code in found if (known := sources.find(code)) is not None
    }
    read = {code: list(db.session.execute(select(rows)).keys()) for code, rows in found.items()}
    assert read == {code: rows.c.keys() for code, rows in found.items()}
    assert len(read) > 30


@pytest.mark.parametrize("actor", [COORDINATOR, MOUO_HEAD, SCHOOL_HEAD, TEACHER], ids=lambda one: str(one.login))
def test_what_a_person_sees_of_a_source_is_there(work: Session, app: Flask, actor: Actor) -> None:
    for source in sources.everything():
        keys = source.visible(actor) if source.visible is not None else None
        if keys is not None:
            seen, there = keys.subquery(), source.select().subquery()
            outside = select(func.count()).select_from(seen).where(next(iter(seen.c)).not_in(select(there.c.key)))
            assert db.session.scalar(outside) == 0, source.code
