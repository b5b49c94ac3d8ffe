"""Keeping what a folder holds beside the files that are deployed: scenarios."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.designer.models import ModelScenario
from app.engine.definitions import definition, latest_key
from app.engine.views import Resource
from app.kernel.db import db
from app.kernel.errors import Invalid

from . import scenarios

_PROCESS = re.compile(r"^process:[ \t]*[\"']?([\w.-]+)", re.MULTILINE)


def keep_scenarios(files: Iterable[Resource]) -> int:
    """Keep scenarios with the latest version of their process: that which they name, else that of their folder.

    Returns:
        how many were new or changed.

    Raises:
        Invalid: one cannot be read, or its process is not deployed; `errors` names the file.
    """
    grouped: dict[str, list[Resource]] = {}
    for file in files:
        named = _PROCESS.search(file.content.decode(errors="replace"))
        grouped.setdefault(named[1] if named else file.name.split("/")[-2:][0], []).append(file)
    return sum(_keep(process_id, own) for process_id, own in sorted(grouped.items()))


def _keep(process_id: str, files: list[Resource]) -> int:
    key = latest_key(process_id)
    if key is None:
        refusal = _l("The process “%(name)s” of this scenario is not deployed.", name=process_id)
        raise Invalid(_l("The scenarios were not accepted."), {file.name: [refusal] for file in files})
    own = ModelScenario.process_id == process_id, ModelScenario.version == definition(key).version
    known = {row.name: row.content for row in db.session.scalars(select(ModelScenario).where(*own))}
    kept = 0
    for file in files:
        name, text = file.name.rpartition("/")[2], file.content.decode(errors="replace")
        if known.get(name) not in (text, f"process: {process_id}\n{text}"):
            _store(process_id, file, name, text)
            kept += 1
    return kept


def _store(process_id: str, file: Resource, name: str, text: str) -> None:
    try:
        scenarios.store(process_id, name, text)
    except Invalid as error:
        raise Invalid(_l("The scenarios were not accepted."), {file.name: [error]}) from error
