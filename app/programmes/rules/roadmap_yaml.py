"""Reads a roadmap from YAML: `roadmap: {title, sections: [{number, title, goal?, groups?, measures: [{…}]}]}`.

A measure has `number, title, period` and may have `full_title, executors, roles, result, document, control, process,
groups, thresholds, follows, months, windows, key`. Every measure is judged by itself: a broken one does not take the
others with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from flask_babel import lazy_gettext as _l

from app.kernel.errors import Invalid

from .drafts import LISTS, TEXTS, Reading, Row, Section, problem, text

MEGABYTES = 2
MOST = 1000
_KNOWN = frozenset({*TEXTS, *LISTS, "kind", "more_results"})


def read(content: bytes) -> Reading:
    """Read the file.

    Raises:
        Invalid: it is no YAML, too large, or holds no roadmap.
    """
    data = load(content)
    roadmap = data.get("roadmap")
    if not isinstance(roadmap, Mapping) or not isinstance(roadmap.get("sections"), list):
        raise _refused(_l("The file has no roadmap: «roadmap» with «sections» is expected."))
    reading = Reading(title=text(roadmap.get("title")))
    number = 0
    for position, section in enumerate(roadmap["sections"], 1):
        if not isinstance(section, Mapping) or not isinstance(section.get("measures"), list):
            reading.problems.append(problem(text(position), 0, _l("A section needs «number», «title» and «measures».")))
            continue
        name = text(section.get("number")) or str(position)
        groups = [text(each) for each in section.get("groups") or ()]
        reading.sections.append(Section(name, text(section.get("title")), text(section.get("goal")), groups))
        for raw in section["measures"][:MOST]:
            number += 1
            _measure(raw, name, number, reading)
    return reading


def load(content: bytes) -> dict[str, Any]:
    """The YAML as a mapping; anchors that unfold into more than the file is worth are refused with it.

    Raises:
        Invalid: it is no YAML, too large, or no mapping.
    """
    if len(content) > MEGABYTES * 1024 * 1024:
        raise _refused(_l("The file is too large: at most %(most)s MB.", most=MEGABYTES))
    try:
        source = content.decode("utf-8-sig")
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(source)):
            raise _refused(_l("The file must not use anchors."))
        data = yaml.safe_load(source)
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        raise _refused(_l("The file cannot be read as YAML: %(reason)s", reason=str(error)[:200])) from error
    if not isinstance(data, dict):
        raise _refused(_l("The file has no roadmap: «roadmap» with «sections» is expected."))
    return data


def _measure(raw: Any, section: str, number: int, reading: Reading) -> None:
    place = section
    if not isinstance(raw, Mapping):
        reading.problems.append(problem(place, number, _l("A measure needs «number», «title» and «period».")))
        return
    unknown = sorted(str(key) for key in raw if key not in _KNOWN)
    if unknown:
        reading.problems.append(problem(place, number, _l("Unknown: %(names)s.", names=", ".join(unknown))))
        return
    wrong = [name for name in LISTS if not isinstance(raw.get(name) or [], list)]
    if wrong:
        reading.problems.append(problem(place, number, _l("A list is expected: %(names)s.", names=", ".join(wrong))))
        return
    row = Row(place, number, kind=text(raw.get("kind")))
    for name in TEXTS:
        setattr(row, name, text(raw.get(name)))
    for name in LISTS:
        setattr(row, name, list(raw.get(name) or ()))
    row.section = section
    for more in raw.get("more_results") or ():
        row.result = "; ".join(filter(None, (row.result, text(more.get("result")))))
        if text(more.get("document")) not in row.document:
            row.document = "; ".join(filter(None, (row.document, text(more.get("document")))))
    reading.rows.append(row)


def _refused(message: object) -> Invalid:
    return Invalid(message, {"file": [message]})
