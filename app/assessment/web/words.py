"""Words and colours of kinds, scoring and statistics."""

from __future__ import annotations

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l

from app.audit import words as record_words

from ..rules import statistics
from ..rules.items import ALL, MATCHING, MULTIPLE, NUMERIC, ORDERING, PARTIAL, SINGLE, TEXT
from .blueprint import blueprint

KINDS: dict[str, object] = {
    SINGLE: _l("one answer"),
    MULTIPLE: _l("several answers"),
    NUMERIC: _l("number"),
    TEXT: _l("short answer"),
    MATCHING: _l("matching"),
    ORDERING: _l("ordering"),
}
SCORING: dict[str, object] = {ALL: _l("as a whole: all points or none"), PARTIAL: _l("by parts")}
VERDICTS: dict[str, tuple[object, str]] = {
    statistics.FEW: (_l("few responses"), "secondary"),
    statistics.SUSPECT: (_l("check the key"), "red"),
    statistics.HARD: (_l("too hard"), "orange"),
    statistics.EASY: (_l("too easy"), "orange"),
    statistics.POOR: (_l("hardly tells apart"), "yellow"),
    statistics.GOOD: (_l("works well"), "green"),
}


@blueprint.app_template_filter("item_kind")
def item_kind(kind: str) -> object:
    """Words of a kind of question."""
    return KINDS.get(kind, kind)


@blueprint.app_template_filter("item_verdict")
def item_verdict(verdict: str) -> tuple[object, str]:
    """Words and colour of what the statistics say."""
    return VERDICTS.get(verdict, (verdict, "secondary"))


@blueprint.app_template_filter("decimals")
def decimals(value: float | None) -> str:
    """A number with two decimals as the reader writes them; a dash for None."""
    return "—" if value is None else format_decimal(value, format="0.00").replace("-", "\u2212")


record_words.register(
    subjects={
        "item_bank": _l("question bank"),
        "item": _l("test question"),
        "test_specification": _l("test specification"),
    },
    verbs={
        "import_items": _l("questions imported"),
        "retire": _l("taken out of use"),
        "restore": _l("put back into use"),
    },
)
