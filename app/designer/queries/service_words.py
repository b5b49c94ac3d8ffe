"""Service types in people's words: what the built-in ones do, and how the deployed models call the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from app.designer.rules.reading import Work


class _Words(NamedTuple):
    label: object
    description: object
    inputs: tuple[str, ...]
    outputs: tuple[str, ...] = ()


_BUILT_IN = {
    "publish-message": _Words(
        _l("Send a message to another process"),
        _l("One waiting process gets the message: the one with this name and key."),
        ("name", "key", "variables", "ttl"),
        ("message_key",),
    ),
    "start-process": _Words(
        _l("Start another process"),
        _l("Starts it by itself and does not wait for its end. One with the same key that still runs is left alone."),
        ("processId", "key", "variables", "owner", "title", "about"),
    ),
    "notify": _Words(
        _l("Tell people"),
        _l("A notice in the program, and a letter as each person chose."),
        ("to", "subject", "text", "link"),
    ),
    "register-document": _Words(
        _l("Register a document"),
        _l("Gives the document its number and freezes its data."),
        ("kind", "register", "organisation", "title", "template", "data"),
        ("number", "date", "hash", "document_id"),
    ),
    "record": _Words(
        _l("Write into a register"),
        _l("Adds a row to a register, or its next version."),
        ("kind", "id", "title", "data", "organisation", "owner"),
        ("record_id", "version"),
    ),
    "indicators.value": _Words(
        _l("Take the value of an indicator"),
        _l("The value as it is now, for an organisation."),
        ("indicator", "organisation", "year"),
        ("value", "period"),
    ),
    "indicators.freeze": _Words(
        _l("Freeze values of indicators"),
        _l("Keeps the values of now, so that a report does not change afterwards."),
        ("organisation", "indicators", "programme", "reason"),
    ),
    "platform.decide": _Words(
        _l("Carry out the decision of the owner"),
        _l("For tasks that the platform gives to the owner of a process."),
        ("decision", "task_key", "instance_key", "reason"),
    ),
}

_GROUPS = {
    "": _l("Of every process"),
    "course enrolment listener test attestation certificate attestation-base tutor external programme": _l("Courses"),
    "schools school-programme school-monitoring effective-mode targeted support curators consultation": _l("Schools"),
    "agreements network experts body meeting decision recommendation": _l("Agreements and bodies"),
    "roadmap occurrence measure municipal-programme closing concept platform": _l("Programmes and roadmaps"),
    "municipal-monitoring arp analysis analytics indicators survey report implementation": _l(
        "Monitoring and analysis"
    ),
}
"""Headings over the types, by the words before their dot."""


def described(type: str, drawn: Iterable[Work]) -> dict[str, Any]:
    """A type as the designer shows it.

    Args:
        drawn: service tasks of this type in the deployed models.
    """
    drawn = list(drawn)
    known = _BUILT_IN.get(type)
    if known is not None:
        label, about, inputs, outputs = known
    else:
        label, about = _commonest(work.name for work in drawn) or type, ""
        inputs = tuple(dict.fromkeys(name for work in drawn for name in work.inputs))
        outputs = tuple(dict.fromkeys(name for work in drawn for name in work.outputs))
    return {
        "type": type,
        "label": str(label),
        "description": str(about),
        "group": _group(type.partition(".")[0] if "." in type else ""),
        "inputs": list(inputs),
        "outputs": list(outputs),
    }


def _group(prefix: str) -> str:
    return next((str(name) for prefixes, name in _GROUPS.items() if prefix in prefixes.split(" ")), prefix)


def _commonest(names: Iterable[str]) -> str:
    counted = Counter(name for name in names if name)
    return counted.most_common(1)[0][0] if counted else ""
