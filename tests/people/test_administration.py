"""The administration pages: forms that lose nothing, two people at once, one-time passwords, roles."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Connection, text

from tests.web.browsing import Browser, field, marked
from tests.web.conftest import Open

PERSON = {
    "last_name": "Новикова",
    "first_name": "Алла",
    "middle_name": "Игоревна",
    "position": "учитель физики",
    "organisation_code": "lebedyan-1",
    "email": "novikova@example.org",
    "phone": "+7 (900) 123-45-67",
    "login": "a.novikova",
    "role": "teacher",
}


@pytest.fixture
def admin(browse: Open) -> Browser:
    return browse("admin")


def _stored(connection: Connection, login: str) -> tuple[object, ...]:
    query = "SELECT last_name, first_name, phone FROM person p JOIN account a ON a.person_id = p.id WHERE login = :l"
    return tuple(connection.execute(text(query), {"l": login}).one())


def test_a_new_person_signs_in_with_the_password_shown_once(
    connection: Connection, admin: Browser, browse: Open
) -> None:
    page = admin.post("/admin/people/new", **PERSON)
    assert page.status_code == 200
    password = re.findall(r"<code[^>]*>([^<]+)</code>", page.text)[1]
    assert re.fullmatch(r"\w{4}-\w{4}-\w{4}", password)
    assert password not in admin.get("/admin/people/a.novikova").text
    newcomer = browse()
    assert newcomer.sign_in("a.novikova", password).status_code == 303
    assert newcomer.get("/profile").location == "/profile/password"
    stored = connection.execute(text("SELECT password_hash FROM account WHERE login = 'a.novikova'")).scalar_one()
    assert password not in stored


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"last_name": ""}, "last_name"),
        ({"last_name": "я" * 101}, "last_name"),
        ({"email": "не адрес"}, "email"),
        ({"phone": "<script>"}, "phone"),
        ({"login": ""}, "login"),
        ({"login": "Новикова"}, "login"),
        ({"login": "teacher"}, "login"),
        ({"organisation_code": "nowhere"}, "organisation_code"),
        ({"role": "wizard"}, "role"),
        ({"role": "school_head", "role_organisation": "iro"}, "role_organisation"),
    ],
)
def test_a_wrong_field_is_marked_and_nothing_is_lost(
    connection: Connection, admin: Browser, change: dict[str, str], wrong: str
) -> None:
    sent = PERSON | change
    page = admin.post("/admin/people/new", **sent)
    assert page.status_code == 422
    assert marked(page.text, wrong)
    assert "Введённое сохранено на странице." in page.text
    for name in ("first_name", "middle_name", "position"):
        assert field(page.text, name) == sent[name]
    count = connection.execute(text("SELECT count(*) FROM account WHERE login = 'a.novikova'")).scalar_one()
    assert count == 0


def test_two_administrators_at_once(connection: Connection, admin: Browser, browse: Open) -> None:
    admin.post("/admin/people/teacher2/roles", role="admin", organisation="region")
    other = browse("teacher2")
    mine, theirs = admin.get("/admin/people/teacher").text, other.get("/admin/people/teacher").text
    form = {"last_name": "Иванова", "first_name": "Марина", "organisation_code": "lebedyan-1"}
    saved = other.post("/admin/people/teacher", **form, phone="111-11-11", version=field(theirs, "version"))
    assert saved.status_code == 303
    refused = admin.post("/admin/people/teacher", **form, phone="222-22-22", version=field(mine, "version"))
    assert refused.status_code == 409
    assert "эту запись изменил кто-то другой" in refused.text
    assert field(refused.text, "phone") == "222-22-22", "what I entered is still there"
    assert _stored(connection, "teacher")[2] == "111-11-11"
    again = admin.post("/admin/people/teacher", **form, phone="222-22-22", version=field(refused.text, "version"))
    assert again.status_code == 303, "knowingly, the second time"
    assert _stored(connection, "teacher")[2] == "222-22-22"


def test_values_are_shown_as_text(admin: Browser) -> None:
    page = admin.post("/admin/people/new", **(PERSON | {"position": '"><script>alert(1)</script>'}))
    assert page.status_code == 200
    assert "<script>alert(1)" not in admin.get("/admin/people/a.novikova").text


def test_changes_are_shown_with_who_and_what(admin: Browser) -> None:
    version = field(admin.get("/admin/people/teacher").text, "version")
    admin.post("/admin/people/teacher", last_name="Петрова", first_name="Марина", version=version)
    page = admin.get("/admin/people/teacher").text
    assert "Фамилия: <del>Иванова</del> → Петрова" in page


def test_a_role_is_assigned_and_ended(connection: Connection, admin: Browser, browse: Open) -> None:
    juror = admin.post("/admin/people/teacher/roles", role="juror", organisation="community", valid_from="2026-01-01")
    assert juror.status_code == 303
    assert "Член жюри конкурса" in browse("teacher").get("/profile").text
    query = "SELECT id FROM role_assignment WHERE role = 'juror' AND ended_at IS NULL AND valid_from IS NOT NULL"
    number = connection.execute(text(query)).scalar_one()
    assert admin.post(f"/admin/people/teacher/roles/{number}/end").status_code == 303
    assert "Член жюри конкурса" not in browse("teacher").get("/profile").text


def test_a_refused_role_keeps_the_form(admin: Browser) -> None:
    page = admin.post(
        "/admin/people/teacher/roles", role="iro_head", organisation="lebedyan-1", valid_from="2026-01-01"
    )
    assert page.status_code == 422
    assert marked(page.text, "organisation")
    assert field(page.text, "valid_from") == "2026-01-01"


def test_one_cannot_lock_oneself_out(admin: Browser) -> None:
    assert admin.post("/admin/people/admin/close").status_code == 303
    assert "Нельзя закрыть собственную учётную запись." in admin.get("/admin/people/admin").text
    assert admin.get("/admin/people").status_code == 200


def test_an_auditor_reads_and_changes_nothing(connection: Connection, browse: Open) -> None:
    auditor = browse("auditor")
    page = auditor.get("/admin/people/teacher")
    assert page.status_code == 200
    assert "<fieldset disabled" in page.text
    assert "/admin/people/teacher/close" not in page.text
    before = _stored(connection, "teacher")
    assert auditor.post("/admin/people/teacher", last_name="X", first_name="Y").status_code == 403
    assert _stored(connection, "teacher") == before


def test_refused_acts_stand_in_the_access_log(connection: Connection, browse: Open) -> None:
    assert browse("teacher").post("/admin/people/teacher/roles", role="admin", organisation="region").status_code == 403
    row = connection.execute(
        text("SELECT actor, action, object_key, channel FROM access_log WHERE outcome = 'denied'")
    ).one()
    assert tuple(row) == ("teacher", "POST people.assign_role", "/admin/people/teacher/roles", "web")


def test_an_organisation_is_added_changed_and_closed(admin: Browser) -> None:
    form = {"name": "МБОУ СОШ № 4", "kind": "school", "parent": "lebedyan", "projects": ["personal_potential"]}
    assert admin.post("/admin/organisations/new", code="lebedyan-4", **form).status_code == 303
    page = admin.get("/admin/organisations/lebedyan-4").text
    assert page.count(" checked") == 1
    changed = form | {"name": "МБОУ лицей № 4", "version": field(page, "version")}
    assert admin.post("/admin/organisations/lebedyan-4", **changed).status_code == 303
    stale = admin.post("/admin/organisations/lebedyan-4", **changed | {"name": "Другое"})
    assert stale.status_code == 409
    assert field(stale.text, "name") == "Другое"
    assert admin.post("/admin/organisations/lebedyan-4/close").status_code == 303
    assert "лицей" not in admin.get("/admin/organisations").text
    assert "лицей" in admin.get("/admin/organisations?state=closed").text


@pytest.mark.parametrize(
    ("change", "wrong"),
    [({"code": "Школа 4"}, "code"), ({"code": "iro"}, "code"), ({"name": " "}, "name"), ({"parent": ""}, "parent")],
)
def test_a_wrong_organisation_is_refused(admin: Browser, change: dict[str, str], wrong: str) -> None:
    form = {"code": "s4", "name": "Школа", "kind": "school", "parent": "lebedyan"} | change
    page = admin.post("/admin/organisations/new", **form)
    assert page.status_code == 422
    assert marked(page.text, wrong)


def test_the_roles_page_counts_holders_and_finds(admin: Browser) -> None:
    page = admin.get("/admin/roles?q=куратор").text
    assert "Персональный куратор школы" in page
    assert "Директор ИРО" not in page
    assert 'href="/admin/people?role=curator"' in page


def test_a_substitution_is_set_on_the_page_and_listed(admin: Browser, browse: Open) -> None:
    head = browse("school_head")
    form = {"substitute": "deputy_head", "first_day": "2026-01-01", "last_day": "2026-01-02", "reason": "отпуск"}
    refused = head.post("/people/school_head/substitutions", **form)
    assert refused.status_code == 422
    assert marked(refused.text, "last_day")
    assert field(refused.text, "reason") == "отпуск"
    from app.kernel import clock

    today = clock.today().isoformat()
    done = head.post(
        "/people/school_head/substitutions", **form | {"first_day": today, "last_day": today, "acting_head": "1"}
    )
    assert done.status_code == 303
    assert "и. о. руководителя" in head.get("/profile/substitutions").text
    listed = admin.get("/admin/substitutions").text
    assert "Соколова Мария Александровна" in listed
    assert "Соколова" not in admin.get("/admin/substitutions?state=over").text


def test_every_message_is_a_whole_sentence(admin: Browser) -> None:
    page = admin.post("/admin/people/new", **(PERSON | {"role": "wizard", "email": "x", "phone": "x" * 40}))
    messages = re.findall(r'class="invalid-feedback[^>]*>([^<]+)<', page.text)
    assert messages == [
        "Это не адрес электронной почты.",
        "Слишком длинно: не больше 30 знаков.",
        "Выберите из списка.",
    ]
