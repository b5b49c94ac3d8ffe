"""What a start of the program leaves as it is: models that were replaced since its files were deployed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from app.engine.deployments.files import File, Item
from app.engine.deployments.reading import read_files
from app.engine.models import DecisionDefinition, ProcessDefinition
from app.engine.views import Resource
from app.forms.models import Form
from app.kernel.db import db


def as_settled(files: list[File]) -> list[File]:
    """The files of the program without those that somebody has replaced since, as a designer does by publishing.

    A file is left out when this very text of it was deployed before and another one is the latest; what is deployed
    instead stands in its place, so that what is bound to it finds the same as at the last deployment.
    """
    found, instead = [], []
    for file in files:
        items = [item for item in file.items() if item[0] in _COLUMNS]
        text = file.content.decode(errors="replace")
        latest = {item: _latest(item) for item in items}
        if not any(latest[item] not in (None, text) and _was(item, text) for item in items):
            found.append(file)
        elif len(texts := {each for each in latest.values() if each is not None}) == 1:
            instead += _same_items(file, texts.pop())
    return [*found, *instead]


def _same_items(file: File, text: str) -> list[File]:
    """The text that took the place of a file's, if it holds the same items and no other file could hold them too."""
    again, _warnings = read_files([Resource(file.name, text.encode())], trusted=True)
    return [each for each in again if set(each.items()) == set(file.items())]


_COLUMNS: dict[str, tuple[InstrumentedAttribute[str], InstrumentedAttribute[str], InstrumentedAttribute[int]]] = {
    "process": (ProcessDefinition.xml, ProcessDefinition.process_id, ProcessDefinition.version),
    "decision": (DecisionDefinition.xml, DecisionDefinition.decision_id, DecisionDefinition.version),
    "form": (Form.source, Form.form_id, Form.version),
}


def _latest(item: Item) -> str | None:
    text, own, version = _COLUMNS[item[0]]
    return db.session.scalar(select(text).where(own == item[1]).order_by(version.desc()).limit(1))


def _was(item: Item, text: str) -> bool:
    column, own, version = _COLUMNS[item[0]]
    return db.session.scalar(select(version).where(own == item[1], column == text).limit(1)) is not None
