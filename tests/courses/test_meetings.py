"""Services of programmes, meetings and decisions: who sits, what is overdue, who judges, what comes into force."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.courses.models import Programme
from app.courses.rules import bodies
from app.documents.models import Record
from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.notifications.models import Notice
from app.people import operations as people
from tests.courses.calling import call
from tests.courses.factories import make_course
from tests.courses.world import make_world

MEMBERS = ("rumo1", "rumo2", "expert1", "expert2", "expert3")
BODY = {"body": "РУМО", "organisation": "region"}


@pytest.fixture
def world(work: Session) -> Session:
    """The small region with members of two bodies."""
    make_world()
    people.create_organisation(PLATFORM, "rumo", "rumo", "РУМО", short_name="РУМО", parent="region")
    for login in MEMBERS:
        role, place = ("rumo_member", "rumo") if login.startswith("rumo") else ("expert_commission_member", "iro")
        people.create_person(
            PLATFORM, login, last_name=login.title(), first_name="Имя", organisation=place, roles=[(role, place)]
        )
    return work


def decision(state: str, due: str, **more: Any) -> dict[str, Any]:
    """A decision of РУМО, recorded in a state."""
    data = {"decision": "Подготовить банк", "responsible": "methodist", "due": due}
    facts = {"problem": "Банк", "object_id": "region", "body": "РУМО", "protocol_number": "3", "organisation": "region"}
    return call("decision.record", {"decision": data, "state": state, **facts, **more})


def test_overdue_decisions_stand_in_the_next_agenda_until_they_are_done(world: Session) -> None:
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    kept = decision("исполняется", yesterday)
    decision("исполняется", clock.today().isoformat())
    decision("исполняется", yesterday, body="экспертная комиссия")
    prepared = call("meeting.prepare", {**BODY, "question": "О программе"})
    assert [row["number"] for row in prepared["overdue_decisions"]] == ["3"]
    assert [row["login"] for row in prepared["members"]] == ["rumo1", "rumo2"]
    opened = call("meeting.open", {**BODY, **prepared, "chair": "rumo1", "secretary": "iro_coordinator"})
    assert [row["item"] for row in opened["agenda"]] == [1, 2]
    assert opened["agenda"][1]["question"] == f"{bodies.OVERDUE_QUESTION}: Подготовить банк"
    assert (opened["chair_role"], opened["secretary_role"], opened["members_count"]) == (
        "rumo_member",
        "iro_coordinator",
        2,
    )
    done = decision("исполнено", yesterday, decision_id=kept["decision_id"])
    assert done == kept
    assert call("meeting.prepare", BODY)["overdue_decisions"] == []


@pytest.mark.parametrize("wrong", [{"members": []}, {"chair": "iro_coordinator"}, {"chair": "nobody"}])
def test_a_meeting_without_members_or_chair_is_refused(world: Session, wrong: dict[str, Any]) -> None:
    meeting = {**BODY, "members": [{"login": "rumo1"}], "chair": "rumo1", "secretary": "iro_coordinator", "agenda": []}
    with pytest.raises(Invalid):
        call("meeting.open", meeting | wrong)


def test_a_written_vote_is_counted_by_question() -> None:
    agenda = [{"item": 1, "question": "А"}, {"item": 2, "question": "Б"}]
    votes = [
        {"login": "rumo1", "rows": [{"item": 1, "vote": "за"}, {"item": 2, "vote": "против"}]},
        None,
        {"login": "rumo2", "rows": [{"item": 1, "vote": "за"}, {"item": 2, "vote": "воздержался"}]},
    ]
    members = [{"login": "rumo1"}, {"login": "rumo2"}, {"login": "rumo3"}]
    counted = call("meeting.count-votes", {"agenda": agenda, "votes": votes, "members": members})
    assert counted["present_count"] == 2
    assert [row["present"] for row in counted["attendance"]] == ["да", "да", "нет"]
    assert [(row["votes_for"], row["votes_against"], row["votes_abstained"]) for row in counted["vote_rows"]] == [
        (2, 0, 0),
        (0, 1, 1),
    ]


def test_only_decisions_with_a_responsible_person_are_carried_out(world: Session) -> None:
    rows = [{"decision": "А", "responsible": "methodist", "due": "2026-05-20"}, {"decision": "Б"}]
    facts = {"organisation": "lebedyan", "body": "координационный совет", "number": "2", "document_id": "9"}
    (planned,) = call("meeting.plan-decisions", {"protocol": {"decisions": rows}, **facts})["planned"]
    variables = planned["variables"]
    assert (variables["source_kind"], variables["level"], variables["municipality_id"]) == (
        "протокол",
        "муниципалитет",
        "lebedyan",
    )
    assert variables["decision"]["order"] == "meeting_protocol:9"


def test_what_is_published_stays_published(world: Session) -> None:
    kept = decision("исполняется", "2026-05-20")
    call("decision.publish", kept)
    decision("исполнено", "2026-05-20", decision_id=kept["decision_id"])
    record = db.session.query(Record).filter_by(id=int(kept["decision_id"]), current=True).one()
    assert (record.status, record.version, record.data["state"]) == ("published", 2, "исполнено")


def test_the_responsible_person_and_the_head_hear_of_open_courses(world: Session) -> None:
    make_course()
    facts = {"responsible": "methodist", "organisation": "lebedyan-1", "decision": "Направить на курс"}
    call("decision.offer-courses", facts)
    assert {notice.login for notice in db.session.query(Notice)} == {"methodist", "school_head"}


CARD = {
    **{"title": "Уравнения", "audience": "учителя", "subject": "математика", "form": "очная", "hours": 36},
    **{"kind": "новая", "competences": ["предметная"], "deficits": "Уравнения", "final_attestation_forms": ["зачёт"]},
    "modules": [{"title": "Основы", "hours": 36, "variative": False}],
}


def test_a_draft_changes_until_it_is_in_force(world: Session) -> None:
    first = call("programme.draft", {"card": CARD, "actor": "methodist"})
    assert first == {"dpp_id": "МАТ-36", "dpp_version": 1}
    assert call("programme.draft", {**first, "card": CARD | {"audience": "все"}, "actor": "methodist"}) == first
    with pytest.raises(Invalid) as refused:
        call("programme.draft", {"card": CARD | {"hours": 40}, "actor": "methodist"})
    assert "modules" in refused.value.errors
    order = {"number": "7", "date": "2026-05-01", "document_id": "1"}
    assert call("programme.approve", {**first, "order": order}) == {"title": "Уравнения"}
    assert call("programme.approve", {**first, "order": order}) == {"title": "Уравнения"}
    programme = db.session.query(Programme).filter_by(code="МАТ-36").one()
    assert (programme.status, programme.audience, programme.content["order"]["number"]) == ("active", "все", "7")
    assert programme.attestation_forms == ["зачёт"]
    with pytest.raises(Invalid) as taken:
        call("programme.draft", {"card": CARD, "actor": "methodist"})
    assert "title" in taken.value.errors
    correction = call("programme.prepare", {"dpp_id": "МАТ-36", "deficits": "Параметры", "low_zones": ["1"]})["card"]
    assert (correction["base_programme"], correction["hours"], correction["deficits"]) == ("МАТ-36", 36, "Параметры")
    second = call("programme.draft", {"dpp_id": "МАТ-36", "card": CARD, "actor": "methodist"})
    assert second == {"dpp_id": "МАТ-36", "dpp_version": 2}


def test_two_drafts_of_one_title_come_into_force_once(world: Session) -> None:
    one, other = (call("programme.draft", {"card": CARD, "actor": "methodist"}) for _ in range(2))
    assert (one["dpp_id"], other["dpp_id"]) == ("МАТ-36", "МАТ-36-2")
    call("programme.approve", one)
    with pytest.raises(Conflict):
        call("programme.approve", other)


def test_experts_are_the_least_loaded_and_never_the_developer(world: Session) -> None:
    assert call("programme.experts", {"developer": "expert1", "count": 2}) == {"experts": ["expert2", "expert3"]}
    facts = {"expert": "expert2", "experts": ["expert2", "expert3"], "developer": "methodist"}
    assert call("programme.replace-expert", facts) == {
        "expert": "expert1",
        "experts": ["expert2", "expert3", "expert1"],
    }
    assert call("programme.replace-expert", facts | {"developer": "expert1"})["expert"] == "expert2"
    with pytest.raises(Invalid):
        call("programme.experts", {"developer": "expert1", "count": 3})
