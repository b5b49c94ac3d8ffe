"""Decisions in words: a table whose cells people read without FEEL."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.engine.decisions import Decision
from app.engine.decisions.model import Rule, Table

from .words import gettext as _

_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*"(?:\s*,\s*"(?:[^"\\]|\\.)*")+')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_BOUND = re.compile(r"(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)")
_RANGE = re.compile(r"([\[\](])\s*(-?\d+(?:\.\d+)?)\s*\.\.\s*(-?\d+(?:\.\d+)?)\s*([\])\[])")
_NOT = re.compile(r"not\((.+)\)")


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: what it asks and what follows, cell by cell; `note` is its annotation."""

    tests: tuple[str, ...]
    outputs: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Told:
    """A decision.

    Attributes:
        how: how the rules count (the hit policy) in a sentence.
        expression: of a decision that is a formula and no table.
    """

    decision_id: str
    name: str
    how: str
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    expression: str = ""


def told(decision: Decision) -> Told:
    """A decision for people."""
    name = decision.name or decision.id
    logic = decision.logic
    if not isinstance(logic, Table):
        return Told(decision.id, name, _("The value comes from a formula."), expression=logic.expression)
    return Told(
        decision.id,
        name,
        _how(logic),
        tuple(column.label or column.expression for column in logic.inputs),
        tuple(column.label or column.name or name for column in logic.outputs),
        tuple(_row(rule) for rule in logic.rules),
    )


def _how(table: Table) -> str:
    if table.policy == "C" and table.aggregation:
        return {
            "SUM": _("All rules that fit count; their results are added up."),
            "COUNT": _("All rules that fit count; the result is how many they are."),
            "MIN": _("All rules that fit count; the smallest result is taken."),
            "MAX": _("All rules that fit count; the largest result is taken."),
        }[table.aggregation]
    return {
        "U": _("One rule at most fits."),
        "A": _("Several rules may fit; they say the same."),
        "P": _("Of the rules that fit the most important result is taken."),
        "F": _("The rules are read from above; the first that fits counts."),
        "R": _("All rules that fit count, in the order of the table."),
        "O": _("All rules that fit count, the most important result first."),
        "C": _("All rules that fit count."),
    }[table.policy]


def _row(rule: Rule) -> Row:
    return Row(tuple(cell(test) for test in rule.tests), tuple(value(text) for text in rule.outputs), rule.note or "")


def cell(test: str | None) -> str:
    """A unary test in words; what is not simple stays as it is written."""
    text = (test or "-").strip()
    if text == "-":
        return _("any value")
    bound, span, negated = _BOUND.fullmatch(text), _RANGE.fullmatch(text), _NOT.fullmatch(text)
    if bound:
        return _bound(bound[1], bound[2])
    if span:
        low = _("from %(number)s", number=span[2]) if span[1] == "[" else _("more than %(number)s", number=span[2])
        high = _("to %(number)s", number=span[3]) if span[4] == "]" else _("less than %(number)s", number=span[3])
        return f"{low} {high}"
    if negated:
        return _("not: %(value)s", value=cell(negated[1]))
    if _TEXTS.fullmatch(text):
        return _(" or ").join(_TEXT.findall(text))
    return value(text)


def _bound(sign: str, number: str) -> str:
    if sign == ">=":
        return _("at least %(number)s", number=number)
    if sign == "<=":
        return _("at most %(number)s", number=number)
    return _("more than %(number)s", number=number) if sign == ">" else _("less than %(number)s", number=number)


def value(text: str) -> str:
    """A result in words: texts without quotes, yes and no; a formula stays as it is written."""
    plain = text.strip()
    found = _TEXT.fullmatch(plain)
    if found:
        return re.sub(r"\\(.)", r"\1", found[1])
    return {"true": _("yes"), "false": _("no"), "null": _("no value"), "": "—"}.get(plain, plain)
