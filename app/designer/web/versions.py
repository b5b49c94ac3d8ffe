"""Versions of a process, decision or form: who published what when, what runs on it, any two compared, restored."""

from __future__ import annotations

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound as NoSuchPage

from app.designer import operations, policies, queries
from app.designer.queries.differing import FILES
from app.designer.rules.items import DECISION, FORM, PROCESS
from app.engine import queries as engine
from app.people import queries as people
from app.web import shell

from . import blueprint
from .editing import TYPES
from .labels import STAGES

PAGES = {PROCESS: "processes", DECISION: "decisions", FORM: "forms"}
"""Kind of what is deployed -> part of its address."""
_KINDS = {page: kind for kind, page in PAGES.items()}
_WHAT = "<any(processes, decisions, forms):what>"


@blueprint.get(f"/{_WHAT}/<item>")
def versions(what: str, item: str) -> ResponseReturnValue:
    """All versions of something deployed."""
    actor, kind = shell.current_actor(), _KINDS[what]
    found = queries.versions.published(actor, kind, item)
    names = people.person_names(login for one in found for login in _people(one))
    return shell.render(
        "designer/versions.html",
        what=what,
        item=item,
        title=found[0].version.name,
        versions=found,
        named=lambda logins: ", ".join(names[login] for login in logins if login in names),
        drafts=queries.differing.drafts_of(actor, found[0].version.resource_name),
        users=() if kind == PROCESS else engine.used_by(actor, kind, item),
        stages=STAGES,
        may_design=policies.may_design(actor),
    )


@blueprint.get(f"/{_WHAT}/<item>/versions/<int:version>/file")
def version_file(what: str, item: str, version: int) -> ResponseReturnValue:
    """The file of one version, byte for byte; `?download` saves it."""
    actor, kind = shell.current_actor(), _KINDS[what]
    content = queries.differing.version_content(actor, kind, item, version)
    answer = Response(content, content_type=TYPES[FILES[kind]])
    if "download" in request.args:
        answer.headers.set("Content-Disposition", "attachment", filename=f"{item}-{version}.{FILES[kind]}")
    return answer


@blueprint.get(f"/{_WHAT}/<item>/compare")
def compare(what: str, item: str) -> ResponseReturnValue:
    """Two versions compared: `?from=1&to=3`."""
    actor, kind = shell.current_actor(), _KINDS[what]
    found = queries.versions.published(actor, kind, item)
    older, newer = (request.args.get(name, type=int) for name in ("from", "to"))
    if older is None or newer is None:
        raise NoSuchPage
    difference = queries.differing.between(actor, kind, item, older, newer)
    addresses = [url_for("designer.version_file", what=what, item=item, version=one) for one in (older, newer)]
    return shell.render(
        "designer/compare.html",
        what=what,
        item=item,
        title=found[0].version.name,
        numbers=[one.version.version for one in found],
        older=older,
        newer=newer,
        difference=difference,
        addresses=addresses,
    )


@blueprint.post(f"/{_WHAT}/<item>/versions/<int:version>/restore")
def restore_version(what: str, item: str, version: int) -> ResponseReturnValue:
    """A new draft with the content of an old version; it becomes the newest when it is published."""
    actor = shell.current_actor()
    key = operations.drafts.open_from(actor, _KINDS[what], item, version=version)
    message = _("A draft with version %(number)s was opened. Publish it to make it the newest.", number=version)
    return shell.go("designer.draft", key=key, message=message)


def _people(one: queries.versions.Published) -> list[str]:
    """Designers behind a version."""
    if one.publication is None:
        return [one.version.deployed_by]
    return [*one.publication.editors, one.publication.approved_by, one.publication.published_by]
