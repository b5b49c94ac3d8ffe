"""Agreements over the real database: parties, signatures, the joint plan, counting, end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.agreements import operations, queries
from app.agreements.models import AgreementVersion
from app.agreements.operations import network
from app.agreements.operations.network import Site
from app.agreements.queries.counting import Coverage
from app.agreements.queries.network import candidates
from app.agreements.rules.drafts import Party, notice_on
from app.agreements.rules.partners import School, suggest
from app.curators import queries as curators
from app.indicators import sources
from app.kernel import clock
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import next_key
from app.people import queries as people
from app.people.operations import create_organisation
from tests.curators.scenes import appoint, pool_of, programme
from tests.processes.conftest import region, stage  # noqa: F401

from .scenes import draft, improved, signed

pytestmark = pytest.mark.usefixtures("stage")


def person(login: str) -> Actor:
    """A person as an actor."""
    return people.actor_for(login)


VISIT = {"kind": "мастер-классы", "participants": [{"school": "lebedyan-1", "teachers": 4}], "result": "Проведено"}


def test_kem_09_each_activity_is_confirmed_by_the_other_side() -> None:
    with db.unit_of_work():
        made = signed("lebedyan-3", "lebedyan-1")
        assert made.instance_key is not None
        key, instance = made.key, made.instance_key
        operations.report_activity(person("school_head4"), instance, 0, {**VISIT, "date": clock.today().isoformat()})
        with pytest.raises(Conflict):
            operations.confirm_activity(person("school_head4"), instance, 0, "lebedyan-3")
        done = operations.confirm_activity(person("school_head"), instance, 0, "lebedyan-1")
        assert (done.state, done.reported_by, done.confirmed_by) == ("confirmed", "school_head4", "school_head")
        assert notice_on(made.term_to) == made.term_to - timedelta(days=30)
        listed = queries.AgreementFilter(municipality="lebedyan")
        coordinator = person("municipal_coordinator")
        assert [row.key for row in db.session.scalars(queries.agreements(coordinator, listed))] == [key]
        with pytest.raises(NotFound):
            queries.agreement(person("municipal_coordinator2"), key)


def test_an_activity_outside_the_term_is_refused() -> None:
    with db.unit_of_work():
        made = signed("lebedyan-3", "lebedyan-1")
        before = (clock.today() - timedelta(days=1)).isoformat()
        assert made.instance_key is not None
        with pytest.raises(Invalid) as refused:
            operations.report_activity(person("school_head"), made.instance_key, 0, {**VISIT, "date": before})
        assert set(refused.value.errors) == {"date"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"parties": (Party("lebedyan-3", "ИРО"),)}, "parties"),
        ({"parties": (Party("lebedyan-3", "ИРО"), Party("lebedyan-3", "МОУО"))}, "parties.1.organisation"),
        ({"parties": (Party("lebedyan-3", "ИРО"), Party("nowhere", "МОУО"))}, "parties.1.organisation"),
        ({"plan": ()}, "joint_plan"),
    ],
    ids=["one", "twice", "unknown", "no plan"],
)
def test_a_wrong_draft_is_refused_with_its_field(changes: dict[str, object], field: str) -> None:
    with db.unit_of_work(), pytest.raises(Invalid) as refused:
        operations.save_draft(PLATFORM, 1, draft("lebedyan-3", "lebedyan-1", **changes), initiator="lebedyan-3")
    assert field in refused.value.errors


def test_each_change_is_a_version_and_all_parties_must_sign() -> None:
    with db.unit_of_work():
        instance = next_key()
        operations.save_draft(PLATFORM, instance, draft("lebedyan-3", "lebedyan-1"), initiator="lebedyan-3")
        second = draft("lebedyan-3", "lebedyan-1", subject="Другой предмет соглашения")
        row = operations.save_draft(PLATFORM, instance, second, initiator="lebedyan-3")
        kept = db.session.query(AgreementVersion).filter_by(agreement_key=row.key).order_by(AgreementVersion.version)
        assert [each.content["subject"] for each in kept][-1] == "Другой предмет соглашения"
        assert row.version == kept.count() == 2
        registered = {"number": "1", "date": clock.today().isoformat()}
        for other in ({}, {"lebedyan-1": None}):
            with pytest.raises(Invalid):
                operations.conclude(PLATFORM, instance, {"lebedyan-3": {"name": "Директор"}, **other}, registered)
        assert row.state == "draft"


def test_leb_05_a_school_is_done_only_with_curator_and_agreement() -> None:
    schools = ["lebedyan-1", "lebedyan-2"]
    with db.unit_of_work():
        programme(*schools)
        pool_of("curator")
        appoint("curator", "lebedyan-1")
        appoint("curator", "lebedyan-2")
        signed("lebedyan-3", "lebedyan-1")
        with_curator = {code for code in schools if curators.active_for(code)}
        assert with_curator == set(schools)
        assert queries.signed_schools(schools) == {"lebedyan-1"}
        assert with_curator & queries.signed_schools(schools) != set(schools)
        signed("lebedyan-3", "lebedyan-2")
        assert with_curator & queries.signed_schools(schools) == set(schools)


def test_yar_06_both_thresholds_must_be_met() -> None:
    seven = tuple(f"s{number}" for number in range(7))
    places = tuple(f"m{number}" for number in range(14))
    assert Coverage(seven, 28, places).met()
    assert str(Coverage(seven, 28, places).share) == "25"
    assert not Coverage(seven[:6], 28, places).met()
    assert not Coverage(seven, 28, places[:13]).met()
    assert Coverage((), 0, ()).share is None


def test_yar_06_a_school_counts_once_and_a_draft_never() -> None:
    with db.unit_of_work():
        programme("lebedyan-1", "gryazi-1")
        signed("lebedyan-3", "lebedyan-1")
        signed("gryazi-3", "lebedyan-1")
        operations.save_draft(PLATFORM, 9, draft("gryazi-3", "gryazi-1"), initiator="gryazi-3")
        found = queries.coverage("shnor")
        assert (found.signed, found.total, found.municipalities) == (("lebedyan-1",), 2, ())


def test_yar_06_seven_of_28_stored_schools_and_14_authorities_over_real_agreements() -> None:
    places = [f"yar-{number}" for number in range(1, 15)]
    schools = [f"{place}-{number}" for place in places for number in (1, 2)]
    with db.unit_of_work():
        for place in places:
            create_organisation(PLATFORM, place, "mouo", f"Управление образования {place}", parent="region")
        for code in schools:
            create_organisation(PLATFORM, code, "school", f"Школа {code}", parent=code.rpartition("-")[0])
        programme(*schools, group="risk_zone")
        for place in places[:13]:
            signed("iro", place)
        for code in [*schools[:6], schools[0]]:  # the first has two agreements
            signed("iro", code)
        found = queries.coverage("risk_zone")
        assert (len(found.signed), found.total, len(found.municipalities), found.met()) == (6, 28, 13, False)
        signed("iro", schools[6])
        found = queries.coverage("risk_zone")
        assert (str(found.share), found.met()) == ("25", False)
        create_organisation(PLATFORM, "yar-mms", "mms", "Методический центр", parent=places[0])
        signed("iro", "yar-mms")  # of the level of a municipality, but no authority
        assert len(queries.coverage("risk_zone").municipalities) == 13
        last = signed("iro", places[13])
        found = queries.coverage("risk_zone")
        assert (len(found.signed), len(found.municipalities), found.met()) == (7, 14, True)
        assert last.instance_key is not None
        operations.stopped(PLATFORM, last.instance_key, "По ошибке")
        assert not queries.coverage("risk_zone").met()


def test_only_the_head_of_a_party_ends_an_agreement_and_it_holds_ten_working_days_more() -> None:
    with db.unit_of_work():
        key = signed("lebedyan-3", "lebedyan-1").key
        row = queries.agreement(person("school_head"), key)
        row.instance_key = None
        with pytest.raises(Forbidden):
            operations.give_notice(person("municipal_coordinator"), key, "Нет сил")
        with pytest.raises(Invalid):
            operations.give_notice(person("school_head"), key, "")
        operations.give_notice(person("school_head"), key, "Школу закрывают")
        assert (row.state, row.notice_by) == ("notice", "lebedyan-1")
        assert row.terminates_on is not None
        assert row.terminates_on.isoformat() == "2026-04-20"
        with pytest.raises(Conflict):
            operations.give_notice(person("school_head4"), key, "Ещё раз")


def test_a_partner_is_suggested_for_stable_results_near_by() -> None:
    weak = School("m-1", "Слабая", "m", {"математика": 30.0})
    near = School("m-2", "Сильная рядом", "m", {"математика": 2.0})
    far = School("n-1", "Сильная далеко", "n", {"математика": 2.0})
    shaky = School("m-3", "Нестабильная", "m", {"математика": 2.0, "физика": 20.0})
    tutor = School("m-4", "Тьютор", "m", {}, "школа-тьютор")
    found = suggest(weak, [far, shaky, tutor, near, weak])
    assert [each.code for each in found] == ["m-2", "m-4", "n-1"]
    assert found[0].why == "стабильные результаты, сильные предметы: математика, тот же муниципалитет"


def test_lip_15_a_school_that_improved_becomes_a_tutor_school_and_a_possible_partner() -> None:
    improved()
    with db.unit_of_work():
        assert [(each.code, each.grounds.split(":")[0]) for each in candidates()] == [
            ("lebedyan-3", "результаты выросли")
        ]
        (nominee,) = candidates()
        site = Site(
            nominee.code, "базовая площадка", "повышение качества образования", ["консультации"], nominee.grounds
        )
        until = clock.today() + timedelta(days=200)
        operations.activate_site(PLATFORM, site, {"number": "4"}, until=until, instance_key=1)
        (partner, *_others) = queries.partners_for("lebedyan-1")
        assert (partner.code, partner.why.split(", ")[0]) == ("lebedyan-3", "базовая площадка")
        shown = db.session.scalars(queries.sites(person("school_head2"))).all()
        assert [(row.school, row.grounds) for row in shown] == [("lebedyan-3", nominee.grounds)]
        assert [row.school for row in operations.end_sites(PLATFORM, 1, {})] == ["lebedyan-3"]
        assert db.session.scalars(queries.sites(person("school_head2"))).all() == []


def test_grounds_and_problems_are_read_in_scope_only() -> None:
    with db.unit_of_work():
        site = Site("lebedyan-3", "базовая площадка", "Тема", [], "ниже минимума 20 %")
        until = clock.today() + timedelta(days=200)
        operations.activate_site(PLATFORM, site, {"number": "4"}, until=until, instance_key=1)
        card = {"title": "Группа", "problem": "Математика", "leader": "lebedyan-3", "members": ["lebedyan-1"]}
        network.create_group(PLATFORM, {**card, "until": until.isoformat()}, instance_key=2)
        seen = {
            login: (bool(queries.grounds_seen(person(login))), len(queries.network_groups(person(login))))
            for login in (
                *("iro_coordinator", "municipal_coordinator", "school_head4", "teacher"),
                *("school_head2", "municipal_coordinator2"),
            )
        }
    assert seen == {
        "iro_coordinator": (True, 1),
        "municipal_coordinator": (True, 1),
        "school_head4": (True, 1),
        "teacher": (False, 1),
        "school_head2": (False, 0),
        "municipal_coordinator2": (False, 0),
    }


@pytest.mark.parametrize("code", ["agreement_parties", "joint_activities", "support_sites", "curator_appointments"])
def test_sources_of_indicators_have_their_columns(code: str) -> None:
    with db.unit_of_work():
        programme("lebedyan-1")
        pool_of("curator")
        appoint("curator", "lebedyan-1")
        signed("lebedyan-3", "lebedyan-1")
        source = sources.find(code)
        assert source is not None
        statement = source.select()
        assert {column.name for column in statement.selected_columns} == {*sources.ALWAYS, *source.fields}
        count = db.session.scalar(select(func.count()).select_from(statement.subquery()))
        assert bool(count) is (code != "support_sites")
