"""The pages over HTTP, in the demo region."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.audit.models import AccessEntry, AuditEvent
from app.courses import models
from app.courses.models import Course, GroupMove, Listener
from app.courses.operations import places
from app.courses.rules import words
from app.forms.operations import deploy_form
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from tests.courses.factories import apply, make_course, make_programme
from tests.courses.matrix import FORM
from tests.courses.story import tell_story
from tests.courses.test_import import result_file
from tests.web.conftest import Open, browse, connection, populated, region  # noqa: F401

COMMISSION = ("attestation_commission_member", "attestation_commission_member2")


@pytest.fixture
def course(monday: datetime, region: object) -> Course:  # noqa: F811
    """The story in the demo region: teacher has 96 % and a certificate, teacher2 70 %."""
    with db.unit_of_work():
        return tell_story(leader="course_leader", commission=COMMISSION)


def _text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())


def test_everybody_finds_the_courses(browse: Open, course: Course) -> None:  # noqa: F811
    page = browse("teacher2").get("/courses/")
    assert page.status_code == 200
    assert course.code in page.text
    assert "учусь" in page.text
    assert course.code not in browse("teacher3").get("/courses/?mine=1").text
    assert "Курсов не найдено" in browse("teacher3").get("/courses/?q=нет такого").text


def test_the_catalogue_is_filtered(browse: Open, course: Course) -> None:  # noqa: F811
    with db.unit_of_work():
        make_programme("ЛИТ", title="Литература сегодня", subject="литература")
    page = browse("teacher").get("/courses/programmes?subject=литература")
    assert "Литература сегодня" in page.text
    assert course.title not in page.text
    card = browse("teacher").get("/courses/programmes/ЛИТ")
    assert "Вариативные" not in card.text
    assert "учителя математики" in card.text
    assert browse("teacher").get("/courses/programmes/НЕТ").status_code == 404


def test_rmp_04_the_head_sees_the_level_never_the_percentage(browse: Open, course: Course) -> None:  # noqa: F811
    head = browse("school_head")
    for path in ("", "/listeners", "/listeners/teacher"):
        page = _text(head.get(f"/courses/{course.code}{path}").text)
        assert "96" not in page
    assert "достаточный" in head.get(f"/courses/{course.code}/listeners").text
    book = load_workbook(BytesIO(head.get(f"/courses/{course.code}/listeners?format=xlsx").data))
    cells = [str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
    assert "достаточный" in cells
    assert not [cell for cell in cells if "96" in cell]
    assert "96,0" in browse("teacher").get(f"/courses/{course.code}").text
    assert "96,0" in browse("course_leader").get(f"/courses/{course.code}/listeners").text


def test_opening_a_card_and_the_base_is_recorded(browse: Open, course: Course) -> None:  # noqa: F811
    browse("course_leader").get(f"/courses/{course.code}/listeners/teacher")
    page = browse("cmoko_attestation").get("/courses/base")
    assert "Иванова Марина Петровна" in page.text
    assert "96,0" in page.text
    assert browse("school_head").get("/courses/base").status_code == 404
    with db.unit_of_work():
        kept = {(row.actor, row.action, row.object_kind) for row in db.session.query(AccessEntry)}
    assert ("course_leader", "open", "listener") in kept
    assert ("cmoko_attestation", "open", "attestation_base") in kept


def test_municipal_readers_see_numbers_only(browse: Open, course: Course) -> None:  # noqa: F811
    page = browse("mouo_head").get(f"/courses/{course.code}")
    assert "Лебедянский район" in page.text
    assert "Грязинский район" not in page.text
    assert "Иванова" not in _text(page.text)
    certificates = browse("mouo_head").get("/courses/certificates")
    assert "Лебедянский район" in certificates.text
    assert "Иванова" not in _text(certificates.text)


def test_rmp_10_the_leader_moves_a_listener_on_the_page(browse: Open, course: Course) -> None:  # noqa: F811
    leader = browse("course_leader")
    page = leader.get(f"/courses/{course.code}/groups")
    for text in ("96,0", "73,3", "методическая компетенция", "А — предметная"):
        assert text in page.text
    answer = leader.post(
        f"/courses/{course.code}/groups", **{"group:teacher2": "Б — методическая", "group:nobody": "Б"}
    )
    assert answer.status_code == 303
    page = leader.get(f"/courses/{course.code}/groups")
    assert "Переведён 1 слушатель." in page.text
    assert "Миронова Елена Викторовна" in page.text.partition("Журнал переводов")[2]
    with db.unit_of_work():
        assert db.session.query(GroupMove).count() == 2
    again = leader.post(f"/courses/{course.code}/groups", **{"group:teacher2": "Б — методическая"})
    assert again.status_code == 303
    with db.unit_of_work():
        assert db.session.query(GroupMove).count() == 2


def test_modules_of_a_subgroup(browse: Open, course: Course) -> None:  # noqa: F811
    leader = browse("course_leader")
    path = f"/courses/{course.code}/groups/modules"
    assert leader.post(path, group="А — предметная", modules=["Методика"]).status_code == 303
    assert leader.post(path, group="А — предметная", modules=["Чужой"]).status_code == 422
    assert leader.post(path, group="", modules=["Методика"]).status_code == 422


def _upload(browser: object, code: str, content: bytes, kind: str = words.ENTRY, name: str = "a.xlsx"):  # type: ignore[no-untyped-def]
    return browser.post(f"/courses/{code}/results", kind=kind, file=(BytesIO(content), name))  # type: ignore[attr-defined]


def test_results_are_imported_after_a_look_at_the_report(browse: Open, course: Course) -> None:  # noqa: F811
    with db.unit_of_work():
        listener = db.session.query(Listener).filter_by(teacher="teacher2").one()
        assert listener.entry_positive is False
    leader = browse("course_leader")
    template = leader.get(f"/courses/{course.code}/results/template")
    heads = next(load_workbook(BytesIO(template.data)).worksheets[0].iter_rows(values_only=True))
    assert heads == ("Логин", "Ф.И.О.", "Школа", "Баллы", "Максимум", "Дата")
    content = result_file(
        ["teacher2", None, 97, 100, None], ["teacher", None, 99, 100, None], ["кто-то", None, 1, 2, None]
    )
    answer = _upload(leader, course.code, content, words.RETEST)
    assert answer.status_code == 303
    report = leader.get(answer.location)
    for text in ("Внести 1 результат", "97,0", "повторная диагностика не назначена", "нет слушателя «кто-то»"):
        assert text in report.text
    taken = leader.post(f"{answer.location}/take")
    assert taken.status_code == 303
    assert "Внесён 1 результат." in leader.get(taken.location).text
    assert leader.post(f"{answer.location}/take").status_code == 409
    with db.unit_of_work():
        kept = db.session.query(models.TestResult).filter_by(kind=words.RETEST).one()
        assert (kept.pct, kept.source, kept.recorded_by) == (97, "import", "course_leader")


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.docx", b"x", "только файл Excel"),
        ("a.xlsx", b"x", "Файл не читается"),
    ],
)
def test_a_wrong_file_is_refused_on_the_page(
    browse: Open,  # noqa: F811
    course: Course,
    name: str,
    content: bytes,
    text: str,
) -> None:
    answer = _upload(browse("course_leader"), course.code, content, name=name)
    assert answer.status_code == 422
    assert text in answer.text


def test_rmp_05_by_hand_104_percent_marks_the_field(browse: Open, course: Course) -> None:  # noqa: F811
    leader = browse("course_leader")
    path = f"/courses/{course.code}/results/entry"
    with db.unit_of_work():
        db.session.query(Listener).filter_by(teacher="teacher2").update({"retest_positive": None})
    refused = leader.post(path, teacher="teacher2", kind=words.RETEST, points="104", maximum="100")
    assert refused.status_code == 422
    assert "Результат больше 100 %" in refused.text
    assert 'value="104"' in refused.text
    assert leader.post(path, teacher="teacher2", kind=words.RETEST, points="много", maximum="100").status_code == 422
    assert leader.post(path, teacher="", kind="", points="", maximum="").status_code == 422
    done = leader.post(path, teacher="teacher2", kind=words.RETEST, points="94,96", maximum="100")
    assert done.status_code == 303
    assert "94,9" in leader.get(f"/courses/{course.code}/results").text
    again = leader.post(path, teacher="teacher2", kind=words.RETEST, points="99", maximum="100")
    assert again.status_code == 422
    assert "уже внесён" in again.text


def test_the_register_keeps_blanks(browse: Open, course: Course) -> None:  # noqa: F811
    leader = browse("course_leader")
    page = leader.get("/courses/certificates")
    assert "2026-00001" in page.text
    assert leader.post("/courses/certificates/2026-00001/blank", series="АБ", blank="").status_code == 422
    assert leader.post("/courses/certificates/2026-00001/blank", series="АБ", blank="123").status_code == 303
    assert "АБ 123" in leader.get("/courses/certificates").text
    assert "2026-00001" in browse("school_head").get("/courses/certificates").text
    assert "2026-00001" not in browse("school_head2").get("/courses/certificates").text
    with db.unit_of_work():
        assert db.session.query(AuditEvent).filter_by(verb="set_blank").count() == 1


def test_the_federal_export_has_its_columns(browse: Open, course: Course) -> None:  # noqa: F811
    answer = browse("iro_coordinator").post(f"/courses/{course.code}/frdo.xlsx")
    rows = list(load_workbook(BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True))
    facts = dict(zip(rows[0], rows[1], strict=True))
    assert (facts["Фамилия"], facts["Имя"], facts["Отчество"]) == ("Иванова", "Марина", "Петровна")
    assert (facts["Регистрационный номер"], facts["СНИЛС"], len(rows)) == ("2026-00001", None, 2)


def test_dates_are_moved_in_order_only(browse: Open, course: Course) -> None:  # noqa: F811
    leader = browse("course_leader")
    path = f"/courses/{course.code}/dates"
    assert "2026-05-12" in leader.get(path).text
    dates = {
        "enrol_until": "2026-04-10",
        "start": "2026-04-13",
        "end": "2026-05-20",
        "attest_on": "2026-05-14",
        "attest_reserve_on": "2026-05-13",
        "attest_resit_on": "2026-05-26",
    }
    wrong = leader.post(path, **dates)
    assert wrong.status_code == 422
    assert "Резервный день позже аттестации." in wrong.text
    assert leader.post(path, **dates | {"attest_reserve_on": "2026-05-21"}).status_code == 303
    with db.unit_of_work():
        moved = db.session.query(Course).filter_by(code=course.code).one()
        assert moved.attest_on.isoformat() == "2026-05-14"
        event = db.session.query(AuditEvent).filter_by(verb="move_dates").one()
        assert ["attest_on", "2026-05-12", "2026-05-14"] in event.entries
    past = leader.post(path, **dates | {"attest_reserve_on": "2026-05-21", "start": "2026-04-12"})
    assert past.status_code == 303  # the start lies ahead still
    early = leader.post(path, **dates | {"attest_reserve_on": "2026-05-21", "enrol_until": "2026-04-01"})
    assert early.status_code == 422


def test_who_waits_sees_the_place_in_the_list(browse: Open, course: Course) -> None:  # noqa: F811
    with db.unit_of_work():
        opened = make_course(leader="course_leader", places_max=1)
        for login in ("teacher3", "teacher5", "teacher"):
            apply(opened, login)
            places.hold_place(PLATFORM, opened.code, login)
        places.put_on_waiting_list(PLATFORM, opened.code, "teacher")
        places.put_on_waiting_list(PLATFORM, opened.code, "teacher5")
    assert "под номером 2" in browse("teacher").get(f"/courses/{opened.code}").text
    assert "под номером 1" in browse("teacher5").get(f"/courses/{opened.code}").text
    leader = browse("course_leader").get(f"/courses/{opened.code}/listeners").text
    assert leader.index("teacher5") < leader.index('/listeners/teacher"')


def test_leaving_needs_a_reason_and_the_right_moment(browse: Open, course: Course) -> None:  # noqa: F811
    leader = browse("course_leader")
    path = f"/courses/{course.code}/listeners/teacher2"
    assert leader.post(f"{path}/withdraw", reason="болезнь").status_code == 409
    refused = leader.post(f"{path}/expel", reason="", reason_kind="illness")
    assert refused.status_code == 422
    assert "Укажите причину." in refused.text
    assert leader.post(f"{path}/expel", reason="болезнь", reason_kind="").status_code == 422
    assert leader.post(f"{path}/expel", reason="болезнь", reason_kind="illness").status_code == 303
    assert leader.post(f"{path}/expel", reason="болезнь", reason_kind="illness").status_code == 409


def test_a_head_applies_for_own_teachers(browse: Open, course: Course) -> None:  # noqa: F811
    with db.unit_of_work():
        deploy_form(FORM.read_bytes(), 1)
        opened = make_course(leader="course_leader")
        apply(opened, "school_team_member")
    head = browse("school_head")
    page = head.get(f"/courses/apply?course={opened.code}")
    assert page.status_code == 200
    assert "Заявка на обучение" in page.text
    assert browse("teacher").get("/courses/apply").status_code == 403
    assert head.post("/courses/apply", token="t1").status_code == 422


def test_both_languages(browse: Open, course: Course) -> None:  # noqa: F811
    leader = browse("course_leader")
    leader.post("/language", locale="en", next="/courses/")
    for path in ("/courses/", f"/courses/{course.code}/groups", "/courses/certificates", "/courses/programmes"):
        assert leader.get(path).status_code == 200
    assert "Journal of moves" in leader.get(f"/courses/{course.code}/groups").text
