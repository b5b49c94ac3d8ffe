"""The editor page of a file, and the calls of its island: content, lock, comments."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.designer import operations, policies, queries
from app.designer.models import DRAFT
from app.designer.rules import naming
from app.designer.rules.titles import title_in
from app.designer.views import CommentView, LockView
from app.kernel import clock
from app.kernel.errors import Conflict
from app.people import queries as people
from app.web import i18n, shell

from . import blueprint, words
from .answers import as_json, key_of, sent_file
from .labels import KINDS, STAGES

TYPES = {
    naming.BPMN: "application/xml",
    naming.DMN: "application/xml",
    naming.FORM: "application/json",
    naming.ROWS: "application/json",
    naming.SCENARIO: "text/plain; charset=utf-8",
    naming.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@blueprint.get("/drafts/<int:key>/files/<int:file_key>")
def editor(key: int, file_key: int) -> ResponseReturnValue:
    """The editor of one file; a viewer for who cannot change it now."""
    actor = shell.current_actor()
    file, draft = queries.drafts.file(actor, key, file_key), queries.drafts.draft(actor, key)
    if file.kind == naming.SCENARIO:
        return redirect(url_for("designer.scenario", key=key, file_key=file_key))
    changing = policies.may_design(actor) and draft.stage == DRAFT
    return shell.render(
        "designer/editor.html",
        draft=draft,
        file=file,
        title=title_in(file.kind, queries.drafts.content(actor, file_key)) or file.name,
        island=words.KINDS.get(file.kind),
        words=words.of(file.kind),
        addresses=island_addresses(key, file_key),
        readonly=not changing,
        may_comment=policies.may_design(actor),
        element=request.args.get("element", ""),
        names=people.person_names([file.changed_by, file.holder or ""]),
        stages=STAGES,
        kinds=KINDS,
    )


@blueprint.get("/drafts/<int:key>/files/<int:file_key>/content")
@as_json
def content(key: int, file_key: int) -> ResponseReturnValue:
    """The bytes of a file; its revision is the ETag."""
    actor = shell.current_actor()
    file = queries.drafts.file(actor, key, file_key)
    answer = Response(queries.drafts.content(actor, file_key), content_type=TYPES[file.kind])
    answer.set_etag(str(file.revision))
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"  # a foreign XML does nothing
    return answer


@blueprint.put("/drafts/<int:key>/files/<int:file_key>/content")
@as_json
def save(key: int, file_key: int) -> ResponseReturnValue:
    """Write a file. `If-Match: "<revision>"` says what was changed; `?taken_over=1` keeps it in the history only."""
    actor = shell.current_actor()
    file = queries.drafts.file(actor, key, file_key)
    policies.demand_designing(actor)
    body = sent_file()
    if request.args.get("taken_over"):
        operations.drafts.save_aside(actor, file_key, body)
        return _saved(file.revision)
    return _saved(operations.drafts.save(actor, file_key, body, _revision()))


@blueprint.post("/drafts/<int:key>/files/<int:file_key>/lock")
@as_json
def lock(key: int, file_key: int) -> ResponseReturnValue:
    """Take a file for editing, renew that, or take it over: `{"take_over": true}`."""
    actor = shell.current_actor()
    queries.drafts.file(actor, key, file_key)
    sent: Any = request.get_json(silent=True)
    wanted = isinstance(sent, dict) and sent.get("take_over") is True
    return jsonify(_lock(operations.locking.lock(actor, file_key, take_over=wanted)))


@blueprint.delete("/drafts/<int:key>/files/<int:file_key>/lock")
@as_json
def release(key: int, file_key: int) -> ResponseReturnValue:
    """Give a file free."""
    actor = shell.current_actor()
    queries.drafts.file(actor, key, file_key)
    operations.locking.release(actor, file_key)
    return jsonify(_lock(queries.drafts.lock(actor, file_key)))


@blueprint.get("/drafts/<int:key>/files/<int:file_key>/comments")
@as_json
def comments(key: int, file_key: int) -> ResponseReturnValue:
    """Comments on a file and its elements."""
    return jsonify({"comments": _comments(key, file_key)})


@blueprint.post("/drafts/<int:key>/files/<int:file_key>/comments")
@as_json
def comment_file(key: int, file_key: int) -> ResponseReturnValue:
    """Comment: `{text, element_id, element_name}`; answer: `{text, parent}`; close or open again: `{resolve, done}`."""
    actor = shell.current_actor()
    queries.drafts.file(actor, key, file_key)
    sent: Any = request.get_json(silent=True)
    facts = {name: str(value) for name, value in sent.items() if value is not None} if isinstance(sent, dict) else {}
    resolved = key_of(facts.get("resolve", ""))
    if resolved is not None:
        operations.commenting.resolve(actor, key, resolved, done=facts.get("done") != "False")
    else:
        operations.commenting.comment(
            actor,
            key,
            facts.get("text", ""),
            file_key=file_key,
            element_id=facts.get("element_id"),
            element_name=facts.get("element_name"),
            parent_key=key_of(facts.get("parent", "")),
        )
    return jsonify({"comments": _comments(key, file_key)})


def _revision() -> int:
    given = request.headers.get("If-Match", "").strip().strip('"')
    if not given.isdecimal() or len(given) > 18:
        raise Conflict(_l("It is not said which revision was changed."))
    return int(given)


def _saved(revision: int) -> Response:
    """What the server has now, and since when: for programs, and as the person reads the time."""
    now = clock.now()
    return jsonify({"revision": revision, "saved_at": now.isoformat(), "saved_time": i18n.clock_time(now)})


def _lock(found: LockView) -> dict[str, Any]:
    return {
        "held_by_me": found.held_by_me,
        "holder": people.person_name(found.holder) if found.holder else None,
        "since": found.since.isoformat() if found.since else None,
        "since_time": i18n.clock_time(found.since),
    }


def _comments(key: int, file_key: int) -> list[dict[str, Any]]:
    found = queries.comments.comments(shell.current_actor(), key, file_key)
    logins = {each.author for each in found} | {answer.author for each in found for answer in each.answers}
    names = people.person_names(logins)
    return [_comment(each, names) for each in found]


def _comment(found: CommentView, names: dict[str, str]) -> dict[str, Any]:
    return {
        "key": str(found.key),
        "element_id": found.element_id,
        "element_name": found.element_name,
        "author": names.get(found.author, found.author),
        "text": found.text,
        "created_at": found.created_at.isoformat(),
        "resolved": found.resolved_by is not None,
        "answers": [_comment(answer, names) for answer in found.answers],
    }


def island_addresses(key: int, file_key: int) -> dict[str, str]:
    """Addresses that an island gets as data attributes."""
    own: dict[str, Any] = {"key": key, "file_key": file_key}
    return {
        "data-content-url": url_for("designer.content", **own),
        "data-save-url": url_for("designer.save", **own),
        "data-lock-url": url_for("designer.lock", **own),
        "data-comments-url": url_for("designer.comments", **own),
        "data-checks-url": url_for("designer.check", **own),
        "data-vocabulary-url": url_for("designer.vocabulary", draft=key),
    }
