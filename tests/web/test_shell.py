"""Menu, tabs, partial pages and redirects of the shell."""

from __future__ import annotations

import re

import pytest
from flask import Flask, session

from app.kernel.actor import Actor, Assignment
from app.web import forms, menu, shell
from app.web.security import safe_next

from .conftest import Open


def test_the_menu_shows_what_the_role_may_open(browse: Open) -> None:
    def entries(login: str) -> set[str]:
        return set(re.findall(r'class="nav-link-title">([^<]+)<', browse(login).get("/profile").text))

    assert "Администрирование" in entries("admin")
    assert "Люди" in entries("school_head")
    assert entries("teacher").isdisjoint({"Администрирование", "Люди"})


@pytest.mark.parametrize(
    ("path", "current"),
    [("/people", "Люди"), ("/people/teacher", "Люди"), ("/admin/organisations/new", "Администрирование")],
)
def test_the_menu_marks_where_one_is(browse: Open, path: str, current: str) -> None:
    page = browse("admin").get(path).text
    assert re.findall(r'aria-current="page" href="[^"]*"><span class="nav-link-title">([^<]+)<', page) == [current]


def test_entries_of_a_group_stand_under_its_heading(app: Flask) -> None:
    auditor = Actor(login="x", name="X", assignments=(Assignment("auditor", "region"),))
    with app.test_request_context("/tests/banks"):
        found = {section.code: section for section in menu.navigation(auditor)}
        assert [str(link.label) for link in found["learning"].links] == ["Курсы", "Банки вопросов"]
        assert [code for code, section in found.items() if section.here] == ["learning"]
        assert [str(section.label) for section in found.values() if len(section.links) > 1]


def test_a_group_of_one_is_the_entry_itself_and_few_entries_need_no_groups(
    browse: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    schools, learning = menu.Menu.SCHOOLS, menu.Menu.LEARNING
    ends = ("people.profile", "people.people", "people.tokens", "people.password", "notifications.index")
    ends += ("notifications.settings",)
    groups = (None, schools, learning, learning, learning, learning)
    made = {
        end: menu.NavItem(f"Проба {number}", end, lambda actor: True, None, number, group=group)
        for number, (end, group) in enumerate(zip(ends, groups, strict=True))
    }

    def header() -> str:
        return str(browse("auditor").get("/people").text.partition("</header>")[0])

    monkeypatch.setattr(menu, "_items", made)
    many = header()
    assert re.findall(r'<a class="nav-link"[^>]*><span class="nav-link-title">([^<]+)<', many) == ["Проба 0", "Проба 1"]
    assert re.findall(r"<summary[^>]*><span>([^<]+)<", many) == ["Обучение"]
    assert many.count('<a class="dropdown-item') == 4
    made.pop(ends[-1])
    few = header()
    assert "<summary" not in few
    assert few.count('<a class="nav-link"') == 5


def test_tabs_mark_the_nearest_page_above(browse: Open) -> None:
    page = browse("teacher").get("/profile/tokens").text
    assert re.findall(r'nav-link active" aria-current="page" href="([^"]+)"', page) == ["/profile/tokens"]


def test_tabs_of_the_administration_depend_on_the_role(browse: Open) -> None:
    assert 'href="/admin/mail"' in browse("admin").get("/admin/people").text
    assert 'href="/admin/mail"' not in browse("auditor").get("/admin/people").text


def test_a_count_stands_beside_its_entry(app: Flask, browse: Open) -> None:
    shell.nav_item("Проба", "people.tokens", badge=lambda actor: len(actor.login), order=99)
    try:
        page = browse("teacher").get("/profile").text
    finally:
        menu._items.pop("people.tokens")
    assert re.search(r"Проба</span> <span class=\"badge[^>]*>7<", page)


@pytest.mark.parametrize(
    ("headers", "whole"),
    [
        ({}, True),
        ({"HX-Request": "true"}, False),
        ({"HX-Request": "true", "HX-Boosted": "true"}, True),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, True),
    ],
)
def test_a_part_is_rendered_for_partial_requests_only(app: Flask, headers: dict[str, str], whole: bool) -> None:
    with app.test_request_context("/login", headers=headers):
        page = shell.render("people/login.html", part="main", state=forms.FormState(), next=None, demo=False)
    assert ("<html" in page) is whole
    assert 'name="password"' in page


@pytest.mark.parametrize(("headers", "status"), [({}, 303), ({"HX-Request": "true"}, 204)])
def test_going_on_after_a_change(app: Flask, headers: dict[str, str], status: int) -> None:
    with app.test_request_context("/profile", method="POST", headers=headers):
        response = app.make_response(shell.go("people.card", login="teacher", message="Готово"))
        assert response.status_code == status
        assert response.headers.get("Location", response.headers.get("HX-Redirect")) == "/people/teacher"
        assert session["_flashes"] == [("success", "Готово")]


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("/people?q=1", True),
        ("", False),
        (None, False),
        ("people", False),
        ("//evil", False),
        ("/\\evil", False),
        ("https://evil/", False),
        ("/a\nb", False),
        ("/a\\b", False),
    ],
)
def test_safe_targets(target: str | None, safe: bool) -> None:
    assert (safe_next(target) == target and bool(target)) is safe


def test_pages_outside_a_login_have_no_actor(app: Flask) -> None:
    from app.kernel.errors import Forbidden

    with app.test_request_context("/login"), pytest.raises(Forbidden):
        shell.current_actor()


def test_the_start_page_depends_on_the_role(app: Flask) -> None:
    admin = Actor(login="a", name="A", assignments=(Assignment("admin", "region"),))
    with app.test_request_context("/"):
        assert shell.start_page_of(admin) in app.view_functions
        assert shell.start_page_of(Actor(login="x", name="X")) in app.view_functions
