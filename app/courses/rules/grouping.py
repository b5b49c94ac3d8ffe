"""Inputs of the decision `grouping` (processes.md, course_run 6)."""

from __future__ import annotations

from collections.abc import Iterable

from . import words


def dominant_competence(competences: Iterable[str]) -> str | None:
    """The competence need that decides the group, out of those of the technical assignment.

    The subject need is judged by the entry test already, so the first other need wins, in the order of Appendix 1;
    the subject need alone counts as itself; None when nothing was chosen.
    """
    chosen = {words.competence(item) for item in competences}
    ordered = [name for name in (*words.COMPETENCES[1:], words.SUBJECT) if name in chosen]
    return ordered[0] if ordered else None
