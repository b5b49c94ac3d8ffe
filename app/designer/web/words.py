"""Words that the islands need, by kind of file; `shared` ones go to every island.

words.add("bpmn", saved=_l("Saved %(time)s"))
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.designer.rules import naming

SHARED = "shared"
_words: dict[str, dict[str, object]] = {}
KINDS = {
    naming.BPMN: "modeler",
    naming.DMN: "dmn-editor",
    naming.FORM: "form-editor",
}
"""Island of each kind of file that has an editor."""


def add(kind: str, **texts: object) -> None:
    """Register lazy texts for the islands of a kind of file."""
    _words.setdefault(kind, {}).update(texts)


def of(kind: str) -> dict[str, str]:
    """The words of one kind of file, in the reader's language."""
    return {name: str(text) for name, text in {**_words.get(SHARED, {}), **_words.get(kind, {})}.items()}


add(
    SHARED,
    unchanged=_l("No changes yet"),
    unsaved=_l("Not saved yet…"),
    saving=_l("Saving…"),
    saved=_l("Saved at {time}"),
    offline=_l("There is no connection: your changes are still here and will be saved by themselves."),
    signedOut=_l("You are signed out. Sign in in another tab: your changes are still here and will be saved."),
    heldBy=_l("{name} has been editing this file since {time}. You see it as it was saved."),
    takeOver=_l("Take over"),
    takeOverQuestion=_l("{name} is editing. Take the file over? What is not saved yet goes into the history."),
    takenOver=_l("{name} has taken the file over."),
    keptAside=_l("What you had not saved stands in the history of the file."),
    reload=_l("Show the present state"),
    download=_l("Download what was not saved"),
)
add(
    SHARED,
    noComments=_l("Nobody has commented yet."),
    yourComment=_l("Your comment"),
    comment=_l("Send the comment"),
    answer=_l("Reply"),
    resolve=_l("Done with"),
    resolved=_l("done with"),
    openAgain=_l("Open again"),
    aboutElement=_l("About the element “{name}”"),
    aboutFile=_l("About the file; select an element to comment on it."),
)
