"""The program's own indicators over rows of every feature: values against targets, lists, scope (indicators.md)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.indicators import queries
from app.indicators.operations import loading
from app.indicators.queries import definitions, lists, values
from app.indicators.rules import figures
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import NotFound
from tests.courses.factories import person
from tests.indicators import own_rows
from tests.indicators.factories import COORDINATOR, MOUO_HEAD, SCHOOL_HEAD

REACHED, NEAR, BELOW, PLAIN, HIDDEN = figures.REACHED, figures.NEAR, figures.BELOW, figures.PLAIN, figures.HIDDEN
EXPECTED = {
    "KEM-I-1": (1, 2, PLAIN),
    "KEM-I-2": (2, None, PLAIN),
    "KEM-I-3": (1, 2, PLAIN),
    "KEM-I-4": (1, None, PLAIN),
    "KEM-I-5": (2, 3, PLAIN),
    "KEM-I-6": (1, None, PLAIN),
    "KEM-I-12": (1, None, PLAIN),
    "KEM-I-13": (101, 2, PLAIN),
    "LEB-I-0": (1, 3, REACHED),
    "LEB-I-1a": (1, 3, BELOW),
    "LEB-I-1": (1, 3, BELOW),
    "LEB-I-3": (3, None, BELOW),
    "LEB-I-4": (1, 3, BELOW),
    "LIP-I-2.1": (1, 2, BELOW),
    "LIP-I-2.2": (3, None, BELOW),
    "LIP-I-3.2": (2, 3, BELOW),
    "LIP-I-3.6": (3, None, BELOW),
    "SOS-I-02": (2, 2, REACHED),
    "SOS-I-03": (1, 3, BELOW),
    "SOS-I-04": (2, 4, BELOW),
    "SOS-I-05": (2, 3, BELOW),
    "SOS-I-08": (1, 4, REACHED),
    "SOS-P-01": (2, 4, PLAIN),
    "SOS-P-04": (1, 2, PLAIN),
    "SOS-P-05": (1, 2, PLAIN),
    "SOS-P-06": (2, 3, PLAIN),
    "YAR-I-2.1a": (2, None, REACHED),
    "YAR-I-2.1b": (1, 1, REACHED),
    "YAR-I-2.2": (1, 1, REACHED),
    "YAR-I-2.3": (1, 1, REACHED),
    "YAR-I-2.4": (1, 0, figures.EMPTY),
    "YAR-I-3.1": (2, None, REACHED),
    "YAR-I-3.2a": (1, 2, REACHED),
    "YAR-I-3.2b": (1, None, BELOW),
    "YAR-I-3.3": (1, None, BELOW),
    "YAR-I-4.3": (1, 2, BELOW),
    "YAR-I-5.2": (1, 3, BELOW),
    "YAR-I-5.3": (2, None, BELOW),
}
"""Of the region; indicators of Lebedyan stand for their municipality."""
LISTS = {
    ("KEM-I-4", lists.NUMERATOR): ["gryazi-1"],
    ("KEM-I-1", lists.NUMERATOR): ["lebedyan"],
    ("LEB-I-0", lists.NUMERATOR): ["lebedyan-2"],
    ("LIP-I-3.2", lists.MISSING): ["gryazi-1"],
    ("SOS-P-04", lists.MISSING): ["gryazi-1"],
    ("SOS-P-05", lists.NUMERATOR): ["lebedyan-1"],
    ("YAR-I-4.3", lists.NUMERATOR): ["lebedyan-1"],
    ("YAR-I-4.3", lists.MISSING): ["gryazi-1"],
    ("YAR-I-3.2a", lists.NUMERATOR): ["lebedyan-1"],
}


@pytest.fixture
def rows(work: Session, app: Flask) -> dict[str, str]:
    """The rows, and the definitions that were refused."""
    own_rows.make_rows()
    _taken, refused = loading.load_own()
    return refused


def test_every_indicator_that_the_processes_feed_has_its_value(rows: dict[str, str]) -> None:
    found = {}
    for code in EXPECTED:
        figure = queries.line(PLATFORM, code, "region", own_rows.YEAR).figure
        found[code] = (figure.n, figure.d, figure.state)
    assert found == EXPECTED


def test_the_lists_behind_them_name_the_schools(rows: dict[str, str]) -> None:
    found = {}
    for code, part in LISTS:
        line = queries.line(COORDINATOR, code, "region", own_rows.YEAR)
        entries = db.session.execute(queries.entries(COORDINATOR, line, part)).all()
        found[code, part] = [entry.value for entry in entries]
    assert found == LISTS


def test_a_school_and_a_municipality_see_their_own(rows: dict[str, str]) -> None:
    own = queries.line(SCHOOL_HEAD, "YAR-I-4.3", "lebedyan-1", own_rows.YEAR).figure
    assert (own.n, own.d) == (1, 1)
    theirs = queries.line(MOUO_HEAD, "KEM-I-13", "lebedyan", own_rows.YEAR).figure
    assert (theirs.shown, theirs.unit) == ("40", "балл")
    for actor, place in ((SCHOOL_HEAD, "gryazi-1"), (SCHOOL_HEAD, "lebedyan"), (MOUO_HEAD, "gryazi")):
        with pytest.raises(NotFound):
            queries.line(actor, "KEM-I-13", place, own_rows.YEAR)
    assert values.value_of("YAR-I-3.3", "gryazi", own_rows.YEAR) == 1


def test_lip_i_mm_counts_the_points_of_a_stage(rows: dict[str, str]) -> None:
    stage = queries.line(PLATFORM, "LIP-I-MM", "lebedyan", own_rows.YEAR)
    assert (float(stage.figure.n), stage.figure.d) == (5.5, 7)


@pytest.mark.parametrize("code", ["SOS-I-09", "SOS-P-11"])
def test_few_teachers_are_hidden(rows: dict[str, str], code: str) -> None:
    """One of three teachers raised the level: nobody learns who."""
    line = queries.line(PLATFORM, code, "region", own_rows.YEAR)
    assert (line.figure.state, queries.parts(PLATFORM, line)) == (HIDDEN, [])


def test_what_has_no_definition_is_named_with_the_reason(rows: dict[str, str]) -> None:
    waiting = {code for group in definitions.awaited(COORDINATOR) for code in group.titles}
    assert set(rows) <= waiting, "a definition is refused for another reason than the named one"
    assert not waiting & {found.row.code for found in queries.indicators(PLATFORM)}
    leb = definitions.awaited(COORDINATOR, "LEB-2018")
    assert [list(group.titles) for group in leb] == [["LEB-I-2", "LEB-I-5"]]
    assert definitions.awaited(person("nobody", "juror@region")) == []
