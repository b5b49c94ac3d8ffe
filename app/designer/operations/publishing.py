"""Publishing: the files of a draft become one deployment, if every gate lets them pass."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit.operations import record_event
from app.designer import gates, queries
from app.designer.findings import Finding
from app.designer.gates import gate
from app.designer.models import PUBLISHED, TEST, Draft, Publication
from app.designer.rules.items import PROCESS, items_of
from app.designer.rules.texts import plain
from app.designer.views import DraftView
from app.engine import operations as engine
from app.engine import queries as engine_queries
from app.engine.views import Deployed
from app.kernel import clock, outbox
from app.kernel.actor import PLATFORM, Actor
from app.kernel.db import db
from app.kernel.errors import Conflict, Invalid
from app.notifications.operations import notify
from app.people.catalogue import roles

from .locking import demand_free
from .revisions import keep
from .rows import take, take_file, touch
from .scenarios import keep_published

MOST_NOTE = 2000
MINE, THEIRS = "mine", "theirs"
NEW_VERSIONS = "designer.new_versions"
_OWNERS = ("owner", "owner_municipality", "owner_school")
"""Properties of a process that name the roles of its owner."""


def publish(actor: Actor, key: int, note: str) -> Deployed:
    """Deploy a draft, and tell the owners of its processes and its writers. A draft that changes only what is for
    testing makes no version: its scenarios and test rows take their place beside the present one.

    Args:
        note: what is new, for the list of versions.

    Raises:
        Invalid: no note, or a gate is shut; `details["findings"]` lists what the gates say.
        Conflict: it is not under review (or published already).
        NotFound, Forbidden: as `rows.take`.
    """
    draft = take(actor, key)
    if draft.stage != TEST or draft.approved_by is None:
        raise Conflict(_l("Only what was reviewed can be published."))
    words = plain(note)
    if not words or len(words) > MOST_NOTE:
        refusal = _l("Say in a few words what is new.")
        raise Invalid(refusal, {"note": [refusal]})
    engine.hold_deployments()
    shut = [finding for passed in gates.ask(actor, queries.drafts.draft(actor, key)) for finding in passed.findings]
    if any(finding.severity == "error" for finding in shut):
        raise Invalid(_l("The draft cannot be published yet."), findings=[finding.to_dict() for finding in shut])
    resources = queries.folder.settled(queries.drafts.resources(actor, key))
    deployed = engine.deploy(actor, resources) if resources else Deployed(0, clock.now(), ())
    if not _is_new(deployed) and not queries.drafts.tests_changed(actor, key):
        raise Invalid(_l("Nothing has changed: what is deployed is the same already."))
    _record(actor, draft, deployed, draft.approved_by, words)
    keep_published(actor, key)
    _tell_owners(deployed, words)
    return deployed


def _is_new(deployed: Deployed) -> bool:
    """Whether a deployment was made: nothing else can have a publication of its own."""
    return any(item.new for item in deployed.items)


def rebase(actor: Actor, file_key: int, choice: str) -> None:
    """Settle that somebody published another version of a file since the draft was begun.

    Args:
        choice: `mine` keeps the draft's content, which will replace the newer version; `theirs` takes the newer
            version's content, the draft's own stays in the history.

    Raises:
        Invalid: not a choice.
        Conflict: nobody published another version; the draft is not in work.
        Held: a colleague is editing the file.
        NotFound, Forbidden: as `rows.take_file`.
    """
    draft, file = take_file(actor, file_key)
    demand_free(actor, file)
    if choice not in (MINE, THEIRS):
        raise Invalid(_l("Choose which of the two versions the draft goes on with."))
    items = items_of(file.kind, file.name, file.content)
    newer = queries.differing.newer_version(actor, file.base, file.content, items, file.settled)
    if newer is None:
        raise Conflict(_l("Nobody has published another version of this file meanwhile."))
    deployed = engine_queries.content_of(actor, newer.kind, newer.key)
    seen = {queries.differing.content_digest(one) for one in (file.base, deployed) if one is not None}
    file.settled = sorted(seen.union(file.settled))
    file.base = deployed
    if choice == THEIRS:
        file.content, file.revision = deployed, file.revision + 1
        file.changed_at, file.changed_by = clock.now(), actor.login
        keep(actor, file, deployed, note=_("version %(number)s taken over", number=newer.version))
    touch(actor, draft)
    record_event(actor, "model_draft", draft.key, "rebase", details={"file": file.name, "choice": choice})
    db.session.flush()


@gate("base", label=_l("Published meanwhile"), order=80)
def up_to_date(actor: Actor, draft: DraftView) -> list[Finding]:
    """Nobody's version is replaced unseen: every file was started from what is deployed now."""
    found = []
    for file in draft.files:
        newer = queries.differing.published_meanwhile(actor, file)
        if newer is not None:
            words = _(
                "Version %(number)s was published after this draft was begun. Compare, and choose what to go on with.",
                number=newer.version,
            )
            found.append(Finding(file.name, None, None, words, "error", "published-meanwhile"))
    return found


def _record(actor: Actor, draft: Draft, deployed: Deployed, approved_by: str, note: str) -> None:
    now = clock.now()
    if _is_new(deployed):
        db.session.add(
            Publication(
                deployment_key=deployed.key,
                draft_key=draft.key,
                editors=list(draft.editors),
                approved_by=approved_by,
                published_by=actor.login,
                published_at=now,
                note=note,
            )
        )
    draft.stage, draft.changed_at = PUBLISHED, now
    record_event(actor, "model_draft", draft.key, "publish", details={"deployment": str(deployed.key)})
    db.session.flush()
    writers = {draft.author, *draft.editors} - {actor.login}
    subject = _l("Published: %(title)s", title=draft.title)
    notify(sorted(writers), subject, note, link=f"/designer/drafts/{draft.key}", kind="result")


def _tell_owners(deployed: Deployed, note: str) -> None:
    """The owners of each process that has a new version learn of it after the commit: there may be hundreds of them,
    and nobody else can publish before it."""
    keys = [str(item.key) for item in deployed.items if item.kind == PROCESS and item.new]
    if keys:
        outbox.enqueue(NEW_VERSIONS, {"definitions": keys, "note": note})


@outbox.handler(NEW_VERSIONS)
def tell_owners(payload: dict[str, Any]) -> None:
    """Tell the owners of processes that have a new version; running work of theirs goes on as it was."""
    for key in payload["definitions"]:
        found = engine_queries.definition(PLATFORM, int(key))
        named = {role for name in _OWNERS if (role := found.properties.get(name, "")) in roles()}
        subject = _l("New version of the process “%(name)s”", name=found.name)
        text = _l(
            "What has begun goes on as before; what begins from now on follows the new version. New: %(note)s",
            note=payload["note"],
        )
        notify(sorted(named), subject, text, dedupe_key=f"version:{key}")
