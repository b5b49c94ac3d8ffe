"""Who may open what: the declared table, against which `test_matrix.py` tries every address with every role.

Each feature declares its addresses in `tests/<feature>/matrix.py`:

    from tests.web.matrix import HIDDEN, NO, YES, Row, World, roles

    def build(world: World) -> None:            # optional: objects that the addresses need, in one unit of work
        world["task"] = …                       # of the teacher of lebedyan-1 (own scope)
        world["task foreign"] = …               # of the teacher2 of gryazi-1 (foreign scope)

    ROWS = [
        Row("inbox.index", own=roles(YES)),
        Row("inbox.task", own=roles(HIDDEN, yes="teacher school_head"), foreign=roles(HIDDEN),
            at=lambda world, scope: {"key": world.of("task", scope)}),
        Row("inbox.complete", "POST", own=roles(HIDDEN, yes="teacher", no="auditor"), foreign=roles(HIDDEN),
            at=…, form=lambda world, scope: {"outcome": "submit"}),
        Row("user-tasks.search_user_tasks", "POST", own=roles(YES), json=lambda world, scope: {}),
    ]

A row says what each of the 36 roles gets. Its account is that of the demo region with the role's name; `own` objects
lie in the school `lebedyan-1` (municipality `lebedyan`), `foreign` ones in `gryazi-1` (`gryazi`). Outcomes:

    YES     the request reached the feature: an answer below 400, or its refusal of the input (400, 409, 422)
    NO      403: may see it, may not do this
    HIDDEN  404: as if it did not exist
    LOGIN   sent to the login page, or 401

Every registered address needs a row for each of its methods; a missing or superfluous row fails the test. Requests are
undone after each try, so a row may change and delete.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from app.people.catalogue import roles as catalogue

YES, NO, HIDDEN, LOGIN = "yes", "no (403)", "hidden (404)", "login"
OWN, FOREIGN = "own", "foreign"
ROLES = tuple(role.id for role in catalogue().values() if role.assignable)
Scope = str
Expectation = Mapping[str, str]


class World(dict[str, Any]):
    """Objects that the addresses need, by name; those of the foreign scope end in ` foreign`."""

    def of(self, name: str, scope: Scope) -> Any:
        """The object of a scope."""
        return self[name if scope == OWN else f"{name} {FOREIGN}"]


Values = Callable[[World, Scope], Mapping[str, Any]]


@dataclass(frozen=True)
class Row:
    """What one address answers to each role.

    Attributes:
        endpoint: Flask endpoint.
        method: HTTP method.
        own, foreign: outcome per role, for an object of the own and of a foreign scope (None: has no object).
        at: values of the address's parameters (and of its query, as other keys).
        form, json: what is sent.
        anonymous: what somebody without a session gets.
        data: the page shows English by its nature (the API's document): not searched for untranslated texts.
    """

    endpoint: str
    method: str = "GET"
    own: Expectation = field(default_factory=dict)
    foreign: Expectation | None = None
    at: Values = lambda world, scope: {}
    form: Values | None = None
    json: Values | None = None
    anonymous: str = LOGIN
    data: bool = False

    @property
    def name(self) -> str:
        """Method and endpoint."""
        return f"{self.method} {self.endpoint}"


def roles(default: str, *, yes: str = "", no: str = "", hidden: str = "") -> Expectation:
    """The outcome of every role: `default`, with exceptions listed by role id, separated by spaces."""
    found = dict.fromkeys(ROLES, default)
    for outcome, names in ((YES, yes), (NO, no), (HIDDEN, hidden)):
        for name in names.split():
            if name not in found:
                raise ValueError(f"no such role: {name}")
            found[name] = outcome
    return found


def public(endpoint: str, method: str = "GET", at: Values = lambda world, scope: {}) -> Row:
    """An address that anybody may open."""
    return Row(endpoint, method, own=roles(YES), at=at, anonymous=YES)


def parts() -> list[ModuleType]:
    """The modules `tests/<feature>/matrix.py`."""
    here = Path(__file__).resolve()
    found = sorted(path.parent.name for path in here.parents[1].glob("*/matrix.py") if path != here)
    return [importlib.import_module(f"tests.{name}.matrix") for name in found]


def rows() -> list[Row]:
    """The whole table."""
    return [row for part in parts() for row in part.ROWS]


def build(world: World) -> None:
    """Let every part add its objects, inside the open unit of work."""
    for part in parts():
        if hasattr(part, "build"):
            part.build(world)
