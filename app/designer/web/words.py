"""Words that the islands need, by kind of file; `shared` ones go to every island.

words.add("bpmn", saved=_l("Saved %(time)s"))
"""

from __future__ import annotations

from app.designer.rules import naming

SHARED = "shared"
_words: dict[str, dict[str, object]] = {}
KINDS = {
    naming.BPMN: "modeler",
    naming.DMN: "dmn-editor",
    naming.FORM: "form-editor",
    naming.SCENARIO: "scenario-editor",
}
"""Island of each kind of file that has an editor."""


def add(kind: str, **texts: object) -> None:
    """Register lazy texts for the islands of a kind of file."""
    _words.setdefault(kind, {}).update(texts)


def of(kind: str) -> dict[str, str]:
    """The words of one kind of file, in the reader's language."""
    return {name: str(text) for name, text in {**_words.get(SHARED, {}), **_words.get(kind, {})}.items()}
