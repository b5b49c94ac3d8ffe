"""FEEL conditions in words, as far as they are simple: comparisons joined by `and` or `or`.

What is not simple stays unsaid (None): the reader gets the label of the flow instead, never half a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .words import gettext as _

_TEXT = r'"(?:[^"\\]|\\.)*"'
_NUMBER = r"-?\d+(?:\.\d+)?"
_PATH = r"[^\W\d]\w*(?:\.\w+)*"
_COMPARISON = re.compile(rf"({_PATH})\s*(!=|<=|>=|=|<|>)\s*({_TEXT}|{_NUMBER}|true|false|null)")
_COUNT = re.compile(rf"count\(\s*({_PATH})\s*\)\s*(!=|<=|>=|=|<|>)\s*({_NUMBER})")
_AMONG = re.compile(rf"({_PATH})\s+in\s*[\[(]\s*({_TEXT}(?:\s*,\s*{_TEXT})*)\s*[\])]")
_CONTAINS = re.compile(rf"list contains\(\s*({_PATH})\s*,\s*({_TEXT}|{_NUMBER})\s*\)")
_NOT = re.compile(rf"not\(\s*({_PATH})\s*\)")
_BARE = re.compile(rf"({_PATH})")
_JOINT = re.compile(rf"({_TEXT})|\s+(and|or)\s+")


@dataclass(frozen=True, slots=True)
class Labels:
    """What people call the values of a process.

    Attributes:
        names: variable or field key -> label of the field.
        values: (key, value) -> label of the option.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def name(self, path: str) -> str | None:
        """The label of a path: that of its last part."""
        return self.names.get(path.rpartition(".")[2])

    def value(self, path: str, text: str) -> str:
        """A literal as people read it."""
        if text in ("true", "false"):
            return _("yes") if text == "true" else _("no")
        plain = re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text
        return self.values.get((path.rpartition(".")[2], plain), plain)


def in_words(condition: str, labels: Labels) -> str | None:
    """A condition as a clause that can follow «если».

    Args:
        condition: FEEL without its leading `=`.

    Returns:
        None when it is not simple, or speaks of a value for which no form has a label.
    """
    terms, joints = _split(condition.strip().removeprefix("=").strip())
    said = [_term(term, labels) for term in terms]
    if len(set(joints)) > 1 or any(one is None for one in said):
        return None
    joint = _(" and ") if joints[:1] == ["and"] else _(" or ")
    return joint.join(one for one in said if one)


def _split(text: str) -> tuple[list[str], list[str]]:
    """The terms between `and` and `or`, and those words; texts stay whole."""
    terms, joints, start = [], [], 0
    for found in _JOINT.finditer(text):
        if found[2]:
            terms.append(text[start : found.start()].strip())
            joints.append(found[2])
            start = found.end()
    return [*terms, text[start:].strip()], joints


def _term(text: str, labels: Labels) -> str | None:
    for pattern, said in _TERMS:
        found = pattern.fullmatch(text)
        name = labels.name(found[1]) if found else None
        if found is not None and name is not None:
            return said(found, name, labels)
    return None


def _compared(found: re.Match[str], name: str, labels: Labels) -> str:
    sign, literal = found[2], found[3]
    if literal == "null":
        return _("“%(name)s” is empty", name=name) if sign == "=" else _("“%(name)s” is filled in", name=name)
    return _sign(sign, _("“%(name)s”", name=name), labels.value(found[1], literal))


def _counted(found: re.Match[str], name: str, labels: Labels) -> str:
    return _sign(found[2], _("the number of entries in “%(name)s”", name=name), found[3])


def _sign(sign: str, name: str, value: str) -> str:
    if sign == "=":
        return _("%(name)s is %(value)s", name=name, value=value)
    if sign == "!=":
        return _("%(name)s is not %(value)s", name=name, value=value)
    if sign == ">=":
        return _("%(name)s is at least %(value)s", name=name, value=value)
    if sign == "<=":
        return _("%(name)s is at most %(value)s", name=name, value=value)
    if sign == ">":
        return _("%(name)s is more than %(value)s", name=name, value=value)
    return _("%(name)s is less than %(value)s", name=name, value=value)


def _among(found: re.Match[str], name: str, labels: Labels) -> str:
    values = ", ".join(labels.value(found[1], text) for text in re.findall(_TEXT, found[2]))
    return _("“%(name)s” is one of: %(values)s", name=name, values=values)


def _contains(found: re.Match[str], name: str, labels: Labels) -> str:
    return _("%(value)s is among “%(name)s”", name=name, value=labels.value(found[1], found[2]))


def _no(found: re.Match[str], name: str, labels: Labels) -> str:
    return _sign("=", _("“%(name)s”", name=name), _("no"))


def _yes(found: re.Match[str], name: str, labels: Labels) -> str:
    return _sign("=", _("“%(name)s”", name=name), _("yes"))


_Said = Callable[[re.Match[str], str, Labels], str]
_TERMS: tuple[tuple[re.Pattern[str], _Said], ...] = (
    (_COMPARISON, _compared),
    (_COUNT, _counted),
    (_AMONG, _among),
    (_CONTAINS, _contains),
    (_NOT, _no),
    (_BARE, _yes),
)
