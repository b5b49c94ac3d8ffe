"""Keeping what a folder holds beside the files that are deployed: scenarios."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.designer.models import PUBLISHED, Draft, DraftFile, ModelScenario
from app.designer.rules import naming
from app.engine.definitions import definition, latest_key
from app.engine.views import Resource
from app.kernel.db import db
from app.kernel.errors import Invalid

from . import scenarios

_PROCESS = re.compile(r"^process:[ \t]*[\"']?([\w.-]+)", re.MULTILINE)


def keep_scenarios(files: Iterable[Resource], *, settled: bool = False) -> int:
    """Keep scenarios with the latest version of their process: that which they name, else that of their folder.

    Args:
        settled: what a published draft has changed or removed since stays so, as in `engine.deploy`.

    Returns:
        how many were new or changed.

    Raises:
        Invalid: one cannot be read, or its process is not deployed; `errors` names the file.
    """
    grouped: dict[str, list[Resource]] = {}
    for file in files:
        named = _PROCESS.search(file.content.decode(errors="replace"))
        grouped.setdefault(named[1] if named else file.name.split("/")[-2:][0], []).append(file)
    return sum(_keep(process_id, own, settled) for process_id, own in sorted(grouped.items()))


def _keep(process_id: str, files: list[Resource], settled: bool) -> int:
    key = latest_key(process_id)
    if key is None:
        refusal = _l("The process “%(name)s” of this scenario is not deployed.", name=process_id)
        raise Invalid(_l("The scenarios were not accepted."), {file.name: [refusal] for file in files})
    own = ModelScenario.process_id == process_id, ModelScenario.version == definition(key).version
    known = {row.name: row.content for row in db.session.scalars(select(ModelScenario).where(*own))}
    kept = 0
    for file in files:
        name, text = file.name.rpartition("/")[2], file.content.decode(errors="replace")
        forms = (text, f"process: {process_id}\n{text}")
        if known.get(name) not in forms and not (settled and _published_since(name, forms)):
            _store(process_id, file, name, text)
            kept += 1
    return kept


def _published_since(name: str, texts: Sequence[str]) -> bool:
    """Whether a published draft began with one of these texts of a scenario."""
    query = select(DraftFile.key).join(Draft, Draft.key == DraftFile.draft_key).where(Draft.stage == PUBLISHED)
    began = DraftFile.kind == naming.SCENARIO, DraftFile.name == name, DraftFile.base.in_([t.encode() for t in texts])
    return db.session.scalar(query.where(*began).limit(1)) is not None


def _store(process_id: str, file: Resource, name: str, text: str) -> None:
    try:
        scenarios.store(process_id, name, text)
    except Invalid as error:
        raise Invalid(_l("The scenarios were not accepted."), {file.name: [error]}) from error
