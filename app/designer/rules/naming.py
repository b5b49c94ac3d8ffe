"""Names of files: what kind they are, and what may be a name at all. Pure."""

from __future__ import annotations

import re

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
