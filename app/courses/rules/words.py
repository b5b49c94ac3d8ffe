"""The words of the forms and decisions (forms.yaml, decisions.yaml) that the code compares; shown as they are."""

from __future__ import annotations

SUBJECT, METHODICAL = "предметная", "методическая"
PSYCHOLOGICAL, COMMUNICATIVE = "психолого-педагогическая", "коммуникативная"
COMPETENCES = (SUBJECT, METHODICAL, PSYCHOLOGICAL, COMMUNICATIVE)

SUFFICIENT, PERMISSIBLE, UNSATISFACTORY = "достаточный", "допустимый", "неудовлетворительный"
LEVELS = (SUFFICIENT, PERMISSIBLE, UNSATISFACTORY)

ENTRY, RETEST = "входной", "повторный"
ATTEMPT_KINDS = (ENTRY, RETEST)
PROTOCOL = "test_protocol"
"""Kind of the document that holds the results of a test, and its register: each institute counts for itself."""

SUCCESS, FAILURE, ABSENCE = "успешно", "неуспешно", "неявка"
RESULTS = (SUCCESS, FAILURE, ABSENCE)

ADMITTED, ADMITTED_WITHOUT_RIGHT, NOT_ADMITTED = "допущен", "допущен без права на удостоверение", "не допущен"
ADMISSIONS = (ADMITTED, ADMITTED_WITHOUT_RIGHT, NOT_ADMITTED)

MAIN, RESERVE, RESIT = "основная", "резервный день", "повторная аттестация"
SESSIONS = (MAIN, RESERVE, RESIT)
"""Sessions of the final attestation in their order (processes.md, course_run branch A)."""

NO_GROUP = "без группы"

TEAM_ALL, TEAM_HEAD_AND_DEPUTY = "все члены команды", "руководитель и не менее одного заместителя"

LISTENER_ENDS = ("certified", "certified_recommended", "not_attested", "no_positive_diagnostics", "withdrawn")
"""End states of `rmp_listener`."""


def competence(text: str) -> str:
    """The competence of a form value: «предметная компетенция», «предметная» and «Предметная» are the same."""
    return text.strip().lower().removesuffix("компетенция").strip()
