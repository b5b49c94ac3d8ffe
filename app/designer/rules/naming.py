"""Names of files: what kind they are, and what may be a name at all. Pure."""

from __future__ import annotations

import re
from collections.abc import Container

BPMN, DMN, FORM, DOCX, SCENARIO, ROWS = "bpmn", "dmn", "form", "docx", "scenario", "rows"
"""Kinds of files; `rows` are the test rows of a decision."""
KINDS = (BPMN, DMN, FORM, DOCX, SCENARIO, ROWS)
MOST_BYTES = 2 * 1024 * 1024
"""The largest file of a draft."""
MOST_FILES = 40
"""So many files a draft may have."""
_SUFFIXES = (
    (".scenario.yaml", SCENARIO),
    (".rows.json", ROWS),
    (".bpmn", BPMN),
    (".dmn", DMN),
    (".form", FORM),
    (".docx", DOCX),
)
DEPLOYED = (BPMN, DMN, FORM, DOCX)
"""Kinds that are deployed; the others are for testing."""
_NAME = re.compile(r"[\w][\w. ()-]{0,99}")
_FOREIGN = re.compile(r"[^\w. ()-]|^\W")


def kind_of(name: str) -> str | None:
    """The kind of a file by its name, None for what a draft cannot hold."""
    lowered = name.lower()
    if not _NAME.fullmatch(name):
        return None
    return next((kind for suffix, kind in _SUFFIXES if lowered.endswith(suffix) and lowered != suffix), None)


def stem(name: str) -> str:
    """The name without what says its kind: `consultation` of `consultation.bpmn`."""
    lowered = name.lower()
    return next((name[: -len(suffix)] for suffix, _kind in _SUFFIXES if lowered.endswith(suffix)), name)


def suffix(name: str) -> str:
    """What says the kind of a file at the end of its name; empty when nothing does."""
    return name[len(stem(name)) :]


def of_item(item: str, suffix: str) -> str:
    """A name that a draft can hold, made of the id of what the file defines."""
    return f"{_FOREIGN.sub('_', item)[:80] or '_'}{suffix}"


def held(name: str, item: str) -> str:
    """A name that a draft can hold: that of the file, else one made of the id of what it defines."""
    return name if kind_of(name) is not None else of_item(item, suffix(name))


def free(path: str, item: str, taken: Container[str]) -> str:
    """A path that is not taken: itself, else with the id of what the file defines for its name, else with a number."""
    if path not in taken:
        return path
    folder, slash, name = path.rpartition("/")
    own = stem(of_item(item, suffix(name)))
    names = (own, *(f"{own}_{number}" for number in range(2, 10_000)))
    return next(each for one in names if (each := f"{folder}{slash}{one}{suffix(name)}") not in taken)
