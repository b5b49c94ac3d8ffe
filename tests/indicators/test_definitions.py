"""What a definition may say: everything else is refused by name, nothing of it reaches the database."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.indicators import operations, queries
from app.indicators.models import Indicator, IndicatorVersion
from app.indicators.rules import definition as rules
from app.indicators.rules import loading
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid
from tests.courses.factories import person
from tests.indicators.factories import COORDINATOR, SCHOOL_HEAD, SCHOOLS, definition, indicator

WHERE = {"field": "kind", "operator": "eq", "value": "school"}


def _where(**changes: Any) -> dict[str, Any]:
    return {**SCHOOLS, "where": [{**WHERE, **changes}]}


HIDING = "record_survey_satisfaction"
"""A source whose small groups are hidden."""
STAFF = {"source": "staff", "field": "position"}


def _hiding(**changes: Any) -> dict[str, Any]:
    return {"source": HIDING, "count": "rows", "where": [{"field": "record_status", "value": "submitted", **changes}]}


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"numerator": {"source": "нет_такого"}}, "numerator.source", "нет_такого"),
        ({"numerator": {"source": "organisations; DROP TABLE person"}}, "numerator.source", "DROP TABLE"),
        ({"numerator": None}, "numerator", ""),
        ({"numerator": "organisations"}, "numerator", ""),
        ({"numerator": {**SCHOOLS, "field": "password_hash"}}, "numerator.field", "password_hash"),
        ({"numerator": {**SCHOOLS, "count": "avg"}}, "numerator.count", ""),
        ({"numerator": {**SCHOOLS, "count": ["rows"]}}, "numerator.count", ""),
        ({"numerator": {**SCHOOLS, "count": "sum"}}, "numerator.field", ""),
        ({"numerator": {**SCHOOLS, "field": "projects"}}, "numerator.field", ""),
        ({"numerator": _where(field="x' OR 1=1 --")}, "numerator.where.0.field", "OR 1=1"),
        ({"numerator": _where(operator="like")}, "numerator.where.0.operator", "like"),
        ({"numerator": _where(operator="ge")}, "numerator.where.0.operator", ""),
        ({"numerator": _where(value=None)}, "numerator.where.0.value", ""),
        ({"numerator": _where(value="@секрет")}, "numerator.where.0.value", "@секрет"),
        ({"numerator": _where(value="@group:p500")}, "numerator.where.0.value", ""),
        ({"numerator": _where(sql="1=1")}, "numerator.where.0", ""),
        ({"numerator": {**SCHOOLS, "where": [WHERE] * 21}}, "numerator.where", "20"),
        ({"numerator": {**SCHOOLS, "count": "rows", "also": [SCHOOLS]}}, "numerator.count", ""),
        ({"numerator": _where(operator="eq", value={"source": "staff", "field": "person"})}, "numerator.where.0", ""),
        ({"numerator": _hiding(field="owner", value="teacher")}, "numerator.where.0.field", "Whom it concerns"),
        ({"numerator": _hiding(field="title", value="Ответ")}, "numerator.where.0.field", ""),
        ({"numerator": _hiding(operator="in", value=STAFF)}, "numerator.where.0.value", "State of the record"),
        (
            {"numerator": _where(operator="in", value={"source": HIDING, "field": "owner"})},
            "numerator.where.0.value",
            "",
        ),
        ({"numerator": _hiding(value="x"), "period": {"kind": "stage"}}, "period", ""),
        ({"denominator": None}, "denominator", ""),
        ({"unit": "чел."}, "unit", ""),
        ({"unit": ""}, "unit", ""),
        ({"target": "много"}, "target", ""),
        ({"target": "NaN"}, "target", ""),
        ({"amber_share": 1.5}, "amber_share", ""),
        ({"period": {"kind": "вечность"}}, "period", ""),
        ({"period": {"kind": "months", "first": 5, "last": 13}}, "period", ""),
        ({"period": {"kind": "dates", "from": "2026-05-01", "to": "2026-04-01"}}, "period", ""),
        ({"code": "../../etc"}, "code", ""),
        ({"title": "x" * 501}, "title", "500"),
        ({"organisation": "атлантида"}, "organisation", "атлантида"),
        ({"sql": "select 1"}, "sql", ""),
    ],
)
def test_what_does_not_fit_is_named(work: Session, changes: dict[str, Any], path: str, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        operations.save(COORDINATOR, definition(**changes))
    found = {name: str(messages[0]) for name, messages in refusal.value.errors.items()}
    named = [name for name in found if name.startswith(path)]
    assert named, found
    assert words in found[named[0]]
    assert db.session.scalar(select(func.count()).select_from(Indicator)) == 0


def test_rows_are_compared_with_rows_a_few_times_only(work: Session) -> None:
    nested: dict[str, Any] = {"source": "organisations", "field": "itself"}
    for _level in range(5):
        inside = {"field": "itself", "operator": "in", "value": nested}
        nested = {"source": "organisations", "field": "itself", "where": [inside]}
    with pytest.raises(Invalid):
        operations.save(COORDINATOR, definition(numerator={**nested, "count": "distinct"}))


def test_a_value_never_becomes_sql(work: Session) -> None:
    hostile = "school' OR '1'='1"
    indicator(numerator=_where(value=hostile))
    found = queries.line(COORDINATOR, "T-1", "region", 2026)
    assert (found.figure.n, found.figure.d) == (0, 3)


def test_a_definition_is_written_as_it_was_read(work: Session) -> None:
    nested = {"field": "itself", "operator": "in", "value": {**SCHOOLS}}
    nested["value"].pop("count")
    row = indicator(numerator={**SCHOOLS, "where": [nested], "also": [{"source": "staff", "field": "organisation"}]})
    body = row.current.body
    assert rules.dump(loading.load(body)) == body
    assert body["numerator"]["where"][0]["value"]["source"] == "organisations"


def test_each_change_is_a_version_and_the_old_one_stays(work: Session) -> None:
    indicator()
    operations.save(COORDINATOR, definition(target=50), base=1, reason="приказ № 5")
    same = operations.save(COORDINATOR, definition(target=50), base=2)
    assert same.version == 2
    kept = {row.version: row.body["target"] for row in queries.versions(COORDINATOR, "T-1")}
    assert kept == {1: 44, 2: 50}


def test_versions_never_change(work: Session) -> None:
    indicator()
    row = db.session.get(IndicatorVersion, ("T-1", 1))
    assert row is not None
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.execute(text("UPDATE indicator_version SET reason = 'иначе'"))


def test_who_changes_an_older_version_is_told(work: Session) -> None:
    indicator()
    operations.save(COORDINATOR, definition(target=50), base=1)
    with pytest.raises(Conflict):
        operations.save(COORDINATOR, definition(target=60), base=1)
    with pytest.raises(Conflict):
        operations.save(COORDINATOR, definition(target=60))


def test_definitions_are_kept_by_coordinators_each_in_their_place(work: Session) -> None:
    municipal = person("m", "municipal_coordinator@lebedyan")
    assert operations.save(municipal, definition(organisation="lebedyan")).organisation == "lebedyan"
    for actor, owner in ((municipal, None), (municipal, "gryazi"), (SCHOOL_HEAD, "lebedyan-1")):
        with pytest.raises(Forbidden):
            operations.save(actor, definition(code="T-2", organisation=owner))


def test_an_indicator_out_of_use_leaves_the_lists_and_comes_back(work: Session) -> None:
    indicator()
    operations.retire(COORDINATOR, "T-1")
    assert queries.indicators(COORDINATOR) == []
    assert queries.indicator(COORDINATOR, "T-1").row.retired_at is not None
    operations.retire(COORDINATOR, "T-1", back=True)
    assert [found.row.code for found in queries.indicators(COORDINATOR)] == ["T-1"]
