"""The municipal monitoring: active indicators, rows, the check, scores, silence, links (LIP-07, LIP-08)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.kernel.errors import Invalid
from app.monitoring import links
from app.monitoring.operations import municipal
from app.monitoring.queries import municipal as queries
from app.monitoring.rules import municipal as rules
from app.people import queries as people
from tests.processes import instances

from . import building


def test_lip_07_april_has_seven_indicators_june_and_november_twelve() -> None:
    april = rules.active(4)
    assert [each.code for each in april] == [f"MM-0{number}" for number in (1, 2, 3, 5, 6, 7, 8)]
    assert {each.group for each in april} == {1, 2}
    for month in (6, 7, 11):
        codes = {each.code for each in rules.active(month)}
        assert len(codes) == 12
        assert {"MM-04", "MM-09"} <= codes
        assert codes.isdisjoint({"MM-03", "MM-08"})
    assert len(rules.directory().indicators) == 14
    assert len(rules.directory().directions) == 4


def test_lip_07_the_rows_of_a_municipality(work: Session) -> None:
    of = building.municipal_round(4, 2026, "lebedyan")
    assert len(municipal.cells_of(of, "lebedyan")) == 7
    assert municipal.cells_of(of, "gryazi") == []
    with pytest.raises(KeyError):
        rules.active(9)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"url": None}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "http://"}, "url"),
        ({"value": rules.PARTLY, "url": ""}, "url"),
        ({"value": "может быть"}, "value"),
        ({"count": -1}, "count"),
    ],
)
def test_lip_08_a_row_without_link_is_refused_and_nothing_is_taken(
    work: Session, row: dict[str, Any], field: str
) -> None:
    of = building.municipal_round(4, 2026, "lebedyan")
    with pytest.raises(Invalid) as error:
        municipal.save_rows(of, "lebedyan", building.filled(4, MM_01=row))
    assert list(error.value.errors) == [f"rows.0.{field}"]
    assert [cell.value for cell in municipal.cells_of(of, "lebedyan")] == [None] * 7


def test_an_update_is_later_than_the_stage_before(work: Session) -> None:
    building.municipal_round(4, 2026, "lebedyan", held_on=date(2026, 4, 1))
    of = building.municipal_round(6, 2026, "lebedyan")
    for on, refused in ((None, True), ("2026-04-01", True), ("2026-04-02", False)):
        rows = building.filled(6, MM_04={"published_on": on})
        if refused:
            with pytest.raises(Invalid) as error:
                municipal.save_rows(of, "lebedyan", rows)
            assert list(error.value.errors) == ["rows.2.published_on"]
        else:
            municipal.save_rows(of, "lebedyan", rows)


def test_lip_08_only_the_unclear_row_returns_and_once(work: Session) -> None:
    of = building.municipal_round(4, 2026, "lebedyan")
    municipal.save_rows(of, "lebedyan", building.filled(4))
    unclear = {"check_result": rules.CLARIFY, "check_comment": "Страница пуста"}
    assert municipal.record_check(of, "lebedyan", building.checks(4, MM_02=unclear)) == ["MM-02"]
    again = [row for row in building.filled(4) if row["indicator"].startswith("2.")]
    municipal.save_rows(of, "lebedyan", again)
    check = [{**row, **unclear} for row in building.checks(4) if row["indicator"].startswith("2.")]
    assert municipal.record_check(of, "lebedyan", check) == []
    found = {cell.code: cell.check_result for cell in municipal.cells_of(of, "lebedyan")}
    assert found.pop("MM-02") == rules.NOT_CONFIRMED
    assert set(found.values()) == {rules.CONFIRMED}


def test_only_what_is_confirmed_counts(work: Session) -> None:
    of = building.municipal_round(6, 2026, "lebedyan")
    partly = {"value": rules.PARTLY}
    municipal.save_rows(of, "lebedyan", building.filled(6, MM_01=partly, MM_02={"value": rules.NO, "url": None}))
    refused = {"check_result": rules.NOT_CONFIRMED, "check_comment": "Старая страница"}
    municipal.record_check(of, "lebedyan", building.checks(6, MM_09=refused))
    score = municipal.keep_score(of, "lebedyan")
    assert (score.points, score.most) == (Decimal("9.5"), 12)
    assert score.directions["network"] == {"points": 0.0, "most": 1}
    assert score.directions["growth"] == {"points": 2.0, "most": 2}
    assert sum(each["most"] for each in score.directions.values()) == 12
    assert municipal.keep_score(of, "lebedyan") is score


def test_a_silent_municipality_has_not_submitted(work: Session) -> None:
    of = building.municipal_round(4, 2026, "lebedyan", "gryazi")
    municipal.save_rows(of, "gryazi", building.filled(4))
    municipal.miss(of, "lebedyan")
    cells = municipal.cells_of(of, "lebedyan")
    assert {(cell.value, cell.missing, cell.check_result) for cell in cells} == {(rules.NO, True, rules.NOT_CONFIRMED)}
    assert municipal.keep_score(of, "lebedyan").points == 0
    assert not any(cell.missing for cell in municipal.cells_of(of, "gryazi"))


def test_a_stage_is_held_once(work: Session) -> None:
    building.municipal_round(6, 2026, "lebedyan")
    with pytest.raises(Invalid):
        building.municipal_round(7, 2026, "lebedyan")
    with pytest.raises(Invalid):
        building.municipal_round(9, 2026, "lebedyan")
    assert building.municipal_round(7, 2027).month == 6


def test_a_cancelled_stage_is_held_anew(work: Session) -> None:
    left = instances.begun()
    of = municipal.open_round(2026, 4, None, left)
    municipal.rows_for(of, "lebedyan")
    municipal.save_rows(of, "lebedyan", building.filled(4))
    municipal.keep_score(of, "lebedyan")
    with pytest.raises(Invalid):
        municipal.open_round(2026, 4, date(2026, 4, 20), 7)
    instances.cancel(left)
    again = municipal.open_round(2026, 4, date(2026, 4, 20), 7)
    assert (again.instance_key, again.held_on) == (7, date(2026, 4, 20))
    assert list(municipal.cells_of(again, "lebedyan")) == []
    municipal.rows_for(again, "lebedyan")
    municipal.close_round(again)
    with pytest.raises(Invalid):
        municipal.open_round(2026, 4, None, 8)


def test_equal_points_share_a_place() -> None:
    assert rules.ranking({"a": Decimal(7), "b": Decimal(9), "c": Decimal(7), "d": Decimal(1)}) == {
        "a": 2,
        "b": 1,
        "c": 2,
        "d": 4,
    }
    assert rules.ranking({}) == {}


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "224.0.0.1",
    ],
)
def test_the_server_opens_no_private_address(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not links.is_public(address)
    monkeypatch.setattr(links.socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (address, 80))])
    monkeypatch.setattr(links.socket, "create_connection", _never)
    assert links.state("http://rayon.ru/plan") == links.WARNING


@pytest.mark.parametrize(
    "url",
    [
        "ftp://rayon.ru/",
        "http://rayon.ru:8080/",
        "http://user@rayon.ru/",
        "file:///etc/passwd",
        "http://rayon.example/",
        "http://localhost/",
        "http://[bad/",
    ],
)
def test_strange_addresses_are_not_opened(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links.socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("127.0.0.1", 80))])
    monkeypatch.setattr(links.socket, "create_connection", _never)
    assert links.state(url) == links.WARNING


@pytest.mark.parametrize(
    ("status", "state"), [(200, "ok"), (302, "ok"), (403, "ok"), (404, "warning"), (500, "warning")]
)
def test_a_link_is_judged_by_its_answer(status: int, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links.socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("93.184.216.34", 443))])
    monkeypatch.setattr(links, "_status", lambda parts, address: status)
    assert links.states(["https://rayon.ru/a", "https://rayon.ru/b"]) == {
        "https://rayon.ru/a": state,
        "https://rayon.ru/b": state,
    }


class Wire:
    """A server that sends a piece at a time."""

    def __init__(self, *pieces: bytes, then: bytes = b"") -> None:
        self.pieces, self.then, self.sent = list(pieces), then, b""

    def settimeout(self, seconds: float) -> None:
        assert 0 < seconds <= links.SECONDS

    def sendall(self, data: bytes) -> None:
        self.sent += data

    def recv(self, size: int) -> bytes:
        return self.pieces.pop(0) if self.pieces else self.then

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("wire", "state"),
    [
        (Wire(b"HT", b"TP/1.1 200 OK\r", b"\nServer"), "ok"),
        (Wire(b"HTTP/1.1 404\r\n"), "warning"),
        (Wire(b"SSH-2.0 200\r\n"), "warning"),
        (Wire(), "warning"),
        (Wire(then=b"x"), "warning"),
    ],
    ids=["pieces", "missing", "other", "closed", "drips"],
)
def test_the_whole_look_at_a_link_has_one_deadline(wire: Wire, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(1000))
    monkeypatch.setattr(links, "monotonic", lambda: next(ticks) / 10)
    monkeypatch.setattr(links.socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("93.184.216.34", 80))])
    monkeypatch.setattr(links.socket, "create_connection", lambda *_, **__: wire)
    assert links.state("http://rayon.ru/plan") == state
    assert wire.sent.startswith(b"HEAD /plan HTTP/1.1")
    assert next(ticks) < 40


def test_a_bad_link_is_a_warning_only(work: Session) -> None:
    of = building.municipal_round(4, 2026, "lebedyan")
    municipal.save_rows(of, "lebedyan", building.filled(4))
    municipal.look_at_links(of, "lebedyan", lambda urls: dict.fromkeys(urls, links.WARNING))
    assert {cell.link_state for cell in municipal.cells_of(of, "lebedyan")} == {links.WARNING}
    assert municipal.record_check(of, "lebedyan", building.checks(4)) == []


def test_who_works_for_a_municipality_sees_its_cells_only(work: Session) -> None:
    of = building.municipal_round(4, 2026, "lebedyan", "gryazi")
    for place in ("lebedyan", "gryazi"):
        municipal.save_rows(of, place, building.filled(4))
        municipal.record_check(of, place, building.checks(4))
        municipal.keep_score(of, place)
    own = queries.table(people.actor_for("municipal_coordinator"), 2026, 4)
    assert [code for code, _ in own.places] == ["lebedyan"]
    assert list(own.scores) == ["lebedyan"]
    assert own.ranks == {}
    region = queries.table(people.actor_for("iro_coordinator"), 2026, 4)
    assert {code for code, _ in region.places} == {"lebedyan", "gryazi"}
    assert region.ranks == {"lebedyan": 1, "gryazi": 1}


def _never(*_: object, **__: object) -> None:
    raise AssertionError("no connection may be opened")
