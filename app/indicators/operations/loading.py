"""Load the program's own definitions: those whose sources are there; the others are named with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from app.kernel.errors import Invalid, NotFound
from app.people import queries as people

from .definitions import load_definition

FOLDER = Path(__file__).resolve().parent.parent / "data"


def own_definitions() -> Iterator[Mapping[str, Any]]:
    """All definitions of `data/*.yaml`, in the order of the files."""
    for path in sorted(FOLDER.glob("*.yaml")):
        yield from yaml.safe_load(path.read_text(encoding="utf-8"))["indicators"]


def load_own(*, only: str = "") -> tuple[int, dict[str, str]]:
    """Take the program's definitions that are not there yet.

    Args:
        only: those whose code begins so.

    Returns:
        How many were taken, and why others were not, by code.
    """
    taken, refused = 0, {}
    for data in own_definitions():
        code = str(data["code"])
        if not code.startswith(only):
            continue
        try:
            taken += load_definition(_placed(data))
        except Invalid as error:
            refused[code] = str(next(iter(error.errors.values()))[0] if error.errors else error)
    return taken, refused


def _placed(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without the owner where this installation has no such organisation: then it is everybody's."""
    owner = data.get("organisation")
    try:
        if owner:
            people.organisation(str(owner))
    except NotFound:
        return {name: value for name, value in data.items() if name != "organisation"}
    return data
