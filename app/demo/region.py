"""The organisations and people of the demo: the small region of the tests, and the rest of the Lebedyan district."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.people.operations import create_organisation, create_person
from app.schools.operations import put_into_group


@cache
def region(name: str = "region") -> dict[str, Any]:
    """Content of `<name>.yaml`: `organisations` and `people`, parents before their children."""
    content: dict[str, Any] = yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text())
    return content


def load_region(password: str, name: str = "region") -> None:
    """Create all organisations and people of `<name>.yaml`, all people with this password."""
    content = region(name)
    for each in content["organisations"]:
        create_organisation(
            PLATFORM,
            each["code"],
            each["kind"],
            each["name"],
            short_name=each["short"],
            parent=each["parent"],
        )
        for group in each.get("categories", ()):
            since = clock.today().replace(month=1, day=1)
            put_into_group(PLATFORM, group, [each["code"]], since=since, reason=f"Перечень {since.year - 1} года")
    for each in content["people"]:
        _load_person(each, password)


def _load_person(each: dict[str, Any], password: str) -> None:
    last, first, middle = each["name"].split()
    roles = [(role, code) for role, _, code in (entry.partition("@") for entry in each["roles"])]
    create_person(
        PLATFORM,
        each["login"],
        last_name=last,
        first_name=first,
        middle_name=middle,
        email=f"{each['login']}@example.org",
        position=each["position"],
        organisation=roles[0][1],
        password=password,
        must_change_password=False,
        roles=roles,
        consent=each.get("consent", True),
    )
