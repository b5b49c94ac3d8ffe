"""The addresses of the shell, of people, and the operational ones."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from openpyxl import Workbook
from sqlalchemy import select

from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.kernel.db import db
from app.people import operations, queries
from app.people.models import Account, PersonalToken, RoleAssignment
from app.people.operations.importing import check_file
from tests.web.matrix import FOREIGN, HIDDEN, NO, OWN, YES, Row, World, public, roles

_ADMIN = roles(NO, yes="admin")
_SIGHT = roles(NO, yes="admin auditor")
_KEEPERS = "school_head municipal_coordinator mouo_head"
"""Who looks after the accounts of the school lebedyan-1 beside the administrator."""
_ACCOUNTS = roles(NO, yes=f"admin {_KEEPERS}")
_ACCOUNTS_AFAR = roles(NO, yes="admin", hidden=_KEEPERS)
_ALL = (
    "region_head region_coordinator region_wg_member iro_head iro_coordinator iro_methodist programme_developer "
    "course_leader editor cmoko_analyst cmoko_attestation auditor admin"
)
"""Roles with the whole directory."""
_SEES_ALL = _ALL.removesuffix(" admin")
_MUNICIPAL = "mouo_head municipal_coordinator programme_coordinator municipal_wg_member mms_methodist mmo_head"


def build(world: World) -> None:
    """Persons, assignments, substitutions and tokens of both scopes."""
    for name, login in (("login", "teacher"), (f"login {FOREIGN}", "teacher2")):
        world[name] = login
    for scope, login, head in ((OWN, "teacher", "school_head"), (FOREIGN, "teacher2", "school_head2")):
        suffix = "" if scope == OWN else f" {FOREIGN}"
        person = queries.person_by_login(login)
        world[f"assignment{suffix}"] = db.session.scalars(
            select(RoleAssignment.id).where(RoleAssignment.person_id == person.id)
        ).one()
        today = clock.today()
        world[f"substitution{suffix}"] = operations.set_substitution(PLATFORM, login, head, today, today).id
        operations.create_token(queries.actor_for(login), "probe")
        run = check_file(queries.actor_for(f"municipal_coordinator{suffix and 2}"), "a.xlsx", _sheet(scope))
        world[f"people import{suffix}"] = run.key
        world[f"token{suffix}"] = db.session.scalars(
            select(PersonalToken.id).join(Account, Account.id == PersonalToken.account_id).where(Account.login == login)
        ).one()


def _sheet(scope: str) -> bytes:
    """One new teacher of the scope's school."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["last_name", "first_name", "organisation_code"])
    sheet.append(["Белкина", "Яна", _code(World(), scope)["code"]])
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def _login(world: World, scope: str) -> dict[str, Any]:
    return {"login": world.of("login", scope)}


def _code(world: World, scope: str) -> dict[str, Any]:
    return {"code": "lebedyan-1" if scope == OWN else "gryazi-1"}


def _assignment(world: World, scope: str) -> dict[str, Any]:
    return {**_login(world, scope), "assignment_id": world.of("assignment", scope)}


def _admin_of_people(name: str, method: str = "POST", at: Any = _login) -> Row:
    return Row(f"people.{name}", method, own=_ADMIN, foreign=_ADMIN, at=at)


def _account(name: str, method: str = "POST", at: Any = _login) -> Row:
    return Row(f"people.{name}", method, own=_ACCOUNTS, foreign=_ACCOUNTS_AFAR, at=at)


_IMPORT = roles(NO, yes="admin municipal_coordinator", hidden="school_head mouo_head")
"""A file that the municipal coordinator has uploaded."""
_IMPORT_AFAR = roles(NO, yes="admin", hidden=_KEEPERS)


def _import(world: World, scope: str) -> dict[str, Any]:
    return {"key": world.of("people import", scope)}


def _ticket(world: World, scope: str) -> dict[str, Any]:
    return {"token": "no-such-link"}


_CARD = roles(HIDDEN, yes=f"{_ALL} {_MUNICIPAL} teacher school_head deputy_head")
"""Who may look up a teacher of the school lebedyan-1."""


def _search(world: World, scope: str) -> dict[str, Any]:
    return {"filter": {"within": "lebedyan-1"}}


ROWS = [
    Row("organisations-v1.search_organisations", "POST", own=roles(YES), json=_search),
    Row("organisations-v1.get_organisation", own=roles(YES), at=_code),
    Row("people-v1.search_people", "POST", own=roles(YES), json=_search),
    Row("people-v1.get_person", own=_CARD, foreign=roles(HIDDEN, yes=_ALL), at=_login),
    public("static", at=lambda world, scope: {"filename": "icon.svg"}),
    public("web.language", "POST"),
    Row("web.start", own=roles(YES)),
    public("people.login"),
    public("people.sign_in", "POST"),
    Row("people.logout", "POST", own=roles("login"), anonymous="login"),
    Row("people.consent", own=roles(YES)),
    Row("people.consent", "POST", own=roles(YES)),
    Row("people.refuse_consent", "POST", own=roles(YES)),
    public("people.without_consent"),
    public("people.forgotten"),
    public("people.forgotten", "POST"),
    Row("people.welcome", own=roles(HIDDEN), at=_ticket, anonymous=HIDDEN),
    Row("people.choose_password", "POST", own=roles(HIDDEN), at=_ticket, anonymous=HIDDEN),
    Row("people.profile", own=roles(YES)),
    Row("people.change_contacts", "POST", own=roles(YES)),
    Row("people.password", own=roles(YES)),
    Row("people.password", "POST", own=roles(YES)),
    Row("people.tokens", own=roles(YES)),
    Row("people.create_token", "POST", own=roles(YES)),
    Row(
        "people.revoke_token",
        "POST",
        own=roles(HIDDEN, yes="teacher"),
        foreign=roles(HIDDEN),
        at=lambda world, scope: {"token_id": world.of("token", scope)},
    ),
    Row("people.end_other_sessions", "POST", own=roles(YES)),
    Row("people.my_substitutions", own=roles(YES)),
    Row("people.people", own=roles(YES)),
    Row("people.options", own=roles(YES), at=lambda world, scope: {"q": "ива"}),
    Row(
        "people.card",
        own=_CARD,
        foreign=roles(HIDDEN, yes=_ALL),
        at=_login,
    ),
    Row(
        "people.substitutions",
        own=roles(HIDDEN, yes="teacher school_head admin", no=f"{_SEES_ALL} {_MUNICIPAL} deputy_head"),
        foreign=roles(HIDDEN, yes="admin", no=_SEES_ALL),
        at=_login,
    ),
    Row(
        "people.set_substitution",
        "POST",
        own=roles(HIDDEN, yes="teacher school_head admin", no=f"{_SEES_ALL} {_MUNICIPAL} deputy_head"),
        foreign=roles(HIDDEN, yes="admin", no=_SEES_ALL),
        at=_login,
    ),
    Row(
        "people.end_substitution",
        "POST",
        own=roles(HIDDEN, yes="teacher school_head admin", no=f"{_SEES_ALL} {_MUNICIPAL} deputy_head"),
        foreign=roles(HIDDEN, yes="admin", no=_SEES_ALL),
        at=lambda world, scope: {"substitution_id": world.of("substitution", scope)},
    ),
    Row("people.admin", own=roles(NO, yes=f"admin auditor {_KEEPERS}")),
    Row("people.admin_people", own=roles(NO, yes=f"admin auditor {_KEEPERS}")),
    Row(
        "people.admin_person",
        own=roles(NO, yes=f"admin auditor {_KEEPERS}"),
        foreign=roles(NO, yes="admin auditor", hidden=_KEEPERS),
        at=_login,
    ),
    Row("people.admin_organisations", own=_SIGHT),
    Row("people.admin_organisation", own=_SIGHT, foreign=_SIGHT, at=_code),
    Row("people.admin_roles", own=_SIGHT),
    Row("people.admin_substitutions", own=_SIGHT),
    Row("people.new_person", own=_ACCOUNTS),
    Row("people.new_person", "POST", own=_ACCOUNTS),
    Row("people.access", own=_ACCOUNTS),
    Row("people.admit", "POST", own=_ACCOUNTS),
    _account("send_invitation"),
    _account("moving", "GET", at=lambda world, scope: {**_login(world, scope), "organisation": "lebedyan-2"}),
    _account("transfer"),
    Row("people.import_people", own=_ACCOUNTS),
    Row("people.import_people", "POST", own=_ACCOUNTS),
    Row("people.import_template", own=_ACCOUNTS),
    Row("people.import_report", own=_IMPORT, foreign=_IMPORT_AFAR, at=_import),
    Row("people.take_import", "POST", own=_IMPORT, foreign=_IMPORT_AFAR, at=_import),
    _account("change_person"),
    _account("reset_password"),
    _account("closing", "GET"),
    _account("close_account"),
    _account("reopen_account"),
    _account("assign_role"),
    _account("end_role", at=_assignment),
    Row("people.new_organisation", own=_ADMIN),
    Row("people.new_organisation", "POST", own=_ADMIN),
    _admin_of_people("change_organisation", at=_code),
    _admin_of_people("close_organisation", at=_code),
    _admin_of_people("reopen_organisation", at=_code),
]
