"""What the page of one document shows."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from app.documents import paperwork, policies, queries
from app.documents.papers import papers_of
from app.documents.titles import kind_title
from app.jobs import batches
from app.kernel import clock
from app.people import queries as people
from app.web import shell
from app.web.forms import FormState


def document_facts(key: int, state: FormState | None = None) -> dict[str, Any]:
    """What `documents/document.html` shows: the text of its DOCX once that is made, until then of its registration."""
    facts = paper_facts(key, state)
    found, rendition = facts["papers"].document, facts["papers"].rendition
    return facts | {
        "document": found,
        "html": Markup(rendition.html if rendition is not None and rendition.html else found.html),
        "intact": queries.is_intact(found),
        "author": people.person_name(found.created_by),
        "kind": kind_title(found.kind),
        "kind_title": kind_title,
        "batches": batches.unfinished_about(shell.current_actor(), f"document:{key}"),
    }


def paper_facts(key: int, state: FormState | None = None) -> dict[str, Any]:
    """What `documents/_papers.html` shows."""
    actor = shell.current_actor()
    found = papers_of(actor, key)
    rendition = found.rendition
    age = (clock.now() - found.document.created_at).total_seconds()
    return {
        "papers": found,
        "problem": paperwork.problem_text(rendition) if rendition is not None and rendition.problem else "",
        "may_retry": paperwork.may_repeat(actor, rendition),
        "may_attach": policies.may_attach_scan(actor, found.document),
        "next_look": 1 if age < 20 else 5 if age < 600 else 30,
        "state": state or FormState(),
    }
