"""What the checks say of a draft, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import get_locale

from app.designer.findings import Finding
from app.engine.deployments.files import Defect
from app.engine.queries import checks as engine
from app.engine.views import Resource
from app.kernel.actor import Actor

from . import drafts


def of_draft(actor: Actor, key: int) -> list[Finding]:
    """Everything there is to say of the files of a draft, errors first.

    Raises:
        NotFound: there is no such draft, or the actor does not read models.
    """
    return _told(engine.check(drafts.resources(actor, key)))


def of_content(actor: Actor, key: int, file_key: int, content: bytes) -> list[Finding]:
    """What is to be said of a file as it stands in an editor, beside the other files of its draft; errors first.

    Raises:
        NotFound: there is no such file, or the actor does not read models.
    """
    name = drafts.file(actor, key, file_key).name
    others = [resource for resource in drafts.resources(actor, key) if resource.name != name]
    found = engine.check([*others, Resource(name, content)])
    return _told([defect for defect in found if defect.resource == name])


def of_files(resources: Sequence[Resource], *, strict: bool) -> list[Finding]:
    """What is to be said of files of a folder, errors first.

    Args:
        strict: what keeps a draft from being published is an error, not only what cannot run.
    """
    return _told(engine.check(resources), strict=strict)


def _told(defects: list[Defect], *, strict: bool = True) -> list[Finding]:
    findings = [_finding(defect, strict) for defect in defects]
    return sorted(findings, key=lambda each: (each.severity != "error", each.resource))


def _finding(defect: Defect, strict: bool) -> Finding:
    severity = (defect.strict if strict else None) or defect.severity
    sentence = defect.en if str(get_locale()) == "en" else defect.ru
    return Finding(
        resource=defect.resource,
        element_id=defect.element_id,
        element_name=defect.element_name,
        text=_closed(sentence),
        severity="error" if severity == "error" else "warning",
        rule=defect.rule,
    )


def _closed(sentence: str) -> str:
    """With a capital and a full stop; what is named as in the file stays so."""
    first = sentence if ":" in sentence.split(" ", 1)[0] else sentence[:1].upper() + sentence[1:]
    return first if first.endswith((".", "!", "?")) else f"{first}."
