"""What a comparison of two versions of a file says: one `Change` per element, its facts in the reader's words."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from flask import g, has_app_context
from flask_babel import gettext

Kind = Literal["added", "removed", "changed", "moved"]
NameOf = Callable[[str, str], str]
"""`(kind, id)` -> what people call a role, form, decision or process; the id itself when it is unknown."""
Word = tuple[Literal["same", "old", "new"], str]

MOST = 500
"""Changes of a file that are told; who changes more looks at the versions themselves."""
_LONG = 90
"""Longer values are shown beside each other instead of in a sentence."""
_MOST_WORDS = 600
"""Words of two texts that are compared; the time grows with more than their square."""
_MOST_PAIRS = 100_000
"""Pairs of equal words that all comparisons of one page may look at together."""
_MOST_SHOWN = 2000
_WORDS = re.compile(r"\w+\s*|[^\s\w]\s*|\s+")


@dataclass(frozen=True, slots=True)
class Fact:
    """One property of an element that differs.

    Attributes:
        before, after: in words; empty when there was or is none.
    """

    label: str
    before: str
    after: str

    @property
    def is_long(self) -> bool:
        """Whether the values are too long to stand in a sentence."""
        return "\n" in self.before + self.after or max(len(self.before), len(self.after)) > _LONG

    @property
    def text(self) -> str:
        """The fact as a part of a sentence: «срок 3 рабочих дня вместо 5»."""
        label, before, after = self.label, self.before, self.after
        if self.is_long:
            return str(gettext("changed: %(label)s", label=label))
        if before and after:
            return str(gettext("%(label)s %(after)s instead of %(before)s", label=label, before=before, after=after))
        if after:
            return str(gettext("new: %(label)s %(after)s", label=label, after=after))
        return str(gettext("no longer: %(label)s %(before)s", label=label, before=before))

    @property
    def words(self) -> list[Word]:
        """Both values as one text whose words were kept, taken out or put in."""
        return word_changes(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Change:
    """One element that differs.

    Attributes:
        element_id: in the version where it exists: the newer one unless it was removed.
        title: what people call it, with its kind: «Задача «Согласовать заявку»».
    """

    kind: Kind
    element_id: str
    title: str
    facts: tuple[Fact, ...] = ()

    @property
    def text(self) -> str:
        """The change as one sentence."""
        if self.kind == "changed":
            return f"{self.title}: {'; '.join(fact.text for fact in self.facts)}"
        if self.kind == "added":
            return str(gettext("Added: %(title)s", title=self.title))
        if self.kind == "removed":
            return str(gettext("Removed: %(title)s", title=self.title))
        return str(gettext("Moved: %(title)s", title=self.title))


def word_changes(before: str, after: str) -> list[Word]:
    """Compare two texts word by word. Long ones, and all others once a page has compared enough, are only shown after
    each other, cut short."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > _MOST_WORDS or not _afford(old, new):
        return [("old", before[:_MOST_SHOWN]), ("new", after[:_MOST_SHOWN])]
    found: list[Word] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(old[i1:i2])))
            continue
        if i2 > i1:
            found.append(("old", "".join(old[i1:i2])))
        if j2 > j1:
            found.append(("new", "".join(new[j1:j2])))
    return found


def _afford(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether the page being made may still compare these words; it counts what it compares."""
    among = Counter(new)
    spent = len(old) + len(new) + sum(among[word] for word in old)
    if has_app_context():
        spent += g.get("words_compared", 0)
    if spent > _MOST_PAIRS:
        return False
    if has_app_context():
        g.words_compared = spent
    return True


def quoted(text: str) -> str:
    """A text of the model in the reader's quotation marks."""
    return str(gettext("“%(text)s”", text=text)) if text else ""


def listed(values: Sequence[str]) -> str:
    """Several values in one phrase."""
    return ", ".join(value for value in values if value)
