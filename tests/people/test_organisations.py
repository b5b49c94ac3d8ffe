"""The tree of organisations: creating, moving, closing, and the questions about it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, text

from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import operations, queries
from app.people.operations.changes import ChangedMeanwhile


def test_paths_lead_from_the_region_down(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        assert queries.organisation_path("lebedyan-1") == ("region", "lebedyan", "lebedyan-1")
        assert queries.municipality_of("lebedyan-1") == "lebedyan"
        assert queries.municipality_of("lebedyan-mms") == "lebedyan"
        assert queries.municipality_of("iro") is None
        assert queries.organisation("partner").level == "outside"


def test_moving_takes_along_what_lies_below(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        operations.create_organisation(PLATFORM, "north", "mouo", "Северный округ", parent="region")
        operations.change_organisation(PLATFORM, "lebedyan", parent="north")
        assert queries.organisation_path("lebedyan-1") == ("region", "north", "lebedyan", "lebedyan-1")
    with db.unit_of_work():
        assert queries.municipality_of("lebedyan-1") == "north"
        assert queries.actor_for("teacher").assignments[0].path == ("region", "north", "lebedyan", "lebedyan-1")


def test_the_zone_is_inherited(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        kuzbass = operations.create_organisation(
            PLATFORM, "kem", "region_authority", "Кузбасс", timezone="Asia/Novokuznetsk"
        )
        city = operations.create_organisation(PLATFORM, "city", "mouo", "Город", parent="kem")
        assert (kuzbass.timezone, city.timezone) == ("Asia/Novokuznetsk", "Asia/Novokuznetsk")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "Заглавный"}, "code"),
        ({"code": "new"}, "code"),
        ({"code": "lebedyan-1"}, "code"),
        ({"kind": "castle"}, "kind"),
        ({"parent": None}, "parent"),
        ({"parent": "nowhere"}, "parent"),
        ({"parent": "partner"}, "parent"),
        ({"kind": "mouo", "parent": "lebedyan-1"}, "parent"),
        ({"timezone": "Europe/Lipetsk"}, "timezone"),
        ({"projects": ["moon"]}, "projects"),
    ],
)
def test_wrong_fields_are_named(connection: Connection, region: None, values: dict[str, Any], field: str) -> None:
    given = {"code": "s9", "kind": "school", "name": "Школа", "parent": "lebedyan", **values}
    with db.unit_of_work(), pytest.raises(Invalid) as refusal:
        operations.create_organisation(PLATFORM, given.pop("code"), given.pop("kind"), given.pop("name"), **given)
    assert set(refusal.value.errors) == {field}


def test_an_organisation_cannot_lie_below_itself(connection: Connection, region: None) -> None:
    with db.unit_of_work(), pytest.raises(Invalid):
        operations.change_organisation(PLATFORM, "lebedyan", parent="lebedyan-mms")


def test_only_administrators_change_organisations(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        head = queries.actor_for("region_head")
        for act in (
            lambda: operations.create_organisation(head, "s9", "school", "Школа", parent="lebedyan"),
            lambda: operations.change_organisation(head, "lebedyan-1", name="Новое"),
            lambda: operations.close_organisation(head, "lebedyan-1"),
            lambda: operations.reopen_organisation(head, "lebedyan-1"),
        ):
            with pytest.raises(Forbidden):
                act()


def test_closing_from_the_leaves_up_ends_the_effect_of_roles(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        with pytest.raises(Conflict):
            operations.close_organisation(PLATFORM, "lebedyan")
        assert queries.actor_for("teacher").has_role("teacher")
        operations.close_organisation(PLATFORM, "lebedyan-1", reason="слияние")
        assert queries.actor_for("teacher").roles == frozenset()
        assert "teacher" not in queries.holders("teacher", "lebedyan-1")
        operations.reopen_organisation(PLATFORM, "lebedyan-1")
        assert queries.actor_for("teacher").has_role("teacher")


def test_a_change_on_an_old_version_is_refused(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        version = operations.change_organisation(PLATFORM, "iro", short_name="Институт").version
    with db.unit_of_work():
        operations.change_organisation(PLATFORM, "iro", version=version, short_name="ИРО")
    with db.unit_of_work(), pytest.raises(ChangedMeanwhile):
        operations.change_organisation(PLATFORM, "iro", version=version, short_name="мой вариант")


def test_changes_are_recorded_with_before_and_after(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        admin = queries.actor_for("admin")
        operations.change_organisation(admin, "lebedyan-1", projects=["personal_potential"])
    row = connection.execute(
        text("SELECT actor, verb, entries FROM audit_event WHERE subject_key = 'lebedyan-1' ORDER BY seq DESC LIMIT 1")
    ).one()
    assert tuple(row) == ("admin", "change", [["projects", [], ["personal_potential"]]])


def test_the_head_is_the_nearest_one_upwards(connection: Connection, region: None) -> None:
    with db.unit_of_work():
        assert queries.head_of("lebedyan-1") == "school_head"
        assert queries.head_of("lebedyan-mms") == "mouo_head"
        assert queries.head_of("cmoko") == "region_head"
        operations.assign_role(PLATFORM, "deputy_head", "school_head", "lebedyan-1", acting=True)
        assert queries.head_of("lebedyan-1") == "deputy_head", "an acting head comes first"


def test_unknown_codes_are_not_found(connection: Connection, region: None) -> None:
    with db.unit_of_work(), pytest.raises(NotFound):
        queries.organisation_path("nowhere")


def test_holders_at_an_organisation_above_it_and_in_the_bodies_of_its_level(
    connection: Connection, region: None
) -> None:
    with db.unit_of_work():
        assert queries.holders("school_head", "lebedyan-1") == ["school_head"]
        assert queries.holders("mouo_head", "lebedyan-1") == ["mouo_head"]
        assert queries.holders("mms_methodist", "lebedyan-1") == ["mms_methodist"], "the service of the municipality"
        assert queries.holders("iro_methodist", "gryazi-2") == ["iro_methodist", "iro_methodist2"]
        assert queries.holders("teacher", "lebedyan") == [], "not downwards"
        assert len(queries.holders("school_head")) == 6
