"""Texts that nobody writes, as a careless or a hostile file may hold them: refused soon, whatever they repeat."""

from __future__ import annotations

from time import process_time

import pytest

from app.assessment.rules import checking, content, gift
from app.assessment.rules.drafts import Draft
from app.assessment.rules.html_text import plain_text
from app.assessment.rules.items import NUMERIC

LONG = 40_000
REPEATED = ("\\(", "\\\\(", "\\[", "![", "![a](", "$$", "$", "\\$", "{", "<p>", "// ", "> ", "~%", "a")
SECOND = 1.0
"""Of the processor's time: each took from four to nine of them before spans were bounded."""


def repeated(piece: str) -> str:
    """Many times the same."""
    return piece * (LONG // len(piece))


@pytest.mark.parametrize("piece", REPEATED)
@pytest.mark.parametrize(
    "frame", ["%s", "%s {=1 ~2}", "[html]%s {=1 ~2}", "Ряд {>%s x}", "// marshrut %s", "Что {#%s}"], ids=str
)
def test_gift(frame: str, piece: str) -> None:
    begun = process_time()
    for row in gift.read(frame % repeated(piece)).rows:
        checking.checked(row.draft)
    assert process_time() - begun < SECOND


@pytest.mark.parametrize("piece", REPEATED)
def test_a_prompt(piece: str) -> None:
    begun = process_time()
    said, problems = checking.checked(Draft("Числа", NUMERIC, "1", repeated(piece), value="4"))
    content.pictures(repeated(piece))
    content.with_sources(repeated(piece), str)
    short = repeated(piece)[: content.LONGEST - 1]
    content.clean(short)
    content.pictures(short)
    plain_text(repeated(piece))
    assert process_time() - begun < SECOND
    assert said is None
    assert "prompt" in problems


def test_a_question_longer_than_all_its_fields_is_refused() -> None:
    reading = gift.read("Сколько? {=" + "а" * 60_000 + "}")
    assert reading.rows == []
    assert "60" in str(reading.problems[0].message)
