"""What a closing report counts (KEM, SOS 16): measures by state, what lies after the end, changes of practices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

DONE, PARTLY, NOT_DONE, AFTER, CANCELLED = (
    *("выполнено", "выполнено частично", "не выполнено"),
    *("после завершения", "отменено"),
)
_WORDS: Mapping[str, str] = {"done": DONE, "partly": PARTLY, "not_done": NOT_DONE, "cancelled": CANCELLED}
FULL, PART, NONE = "реализован в полном объёме", "реализован частично", "не реализован"
"""Outputs of the decision `closing_conclusion`."""
FINISHED, UNFINISHED, LATER = "завершено", "не завершено", "продолжится после завершения программы"
"""What an executor says of something that is still open; the report shows it, its figures go by the dates."""
_SCALE = "системно"
PRACTICES: Mapping[str, str] = {
    "joint_lesson_design": "Совместное проектирование уроков",
    "mutual_visits": "Взаимопосещение и совместный анализ уроков",
    "readiness_change": "Готовность менять методы преподавания",
    "new_technologies": "Системное освоение новых технологий",
    "data_collection": "Системный сбор данных",
    "data_decisions": "Анализ данных и решения с опорой на данные",
    "time_for_interaction": "Созданы условия для профессионального взаимодействия",
    "professional_development_system": "Выстроена система профессионального развития",
    "distributed_leadership": "Распределённое лидерство",
}
"""Nine rows of the form `practice_survey` (KEM)."""
Row = dict[str, Any]


def status(state: str, *, after_end: bool) -> str:
    """How a measure stands in the report: as it ended; an open one lies after the end, or was not done.

    The dates decide, not the executor: what is overdue cannot «go on later» out of the share.
    """
    if state in _WORDS:
        return _WORDS[state]
    return AFTER if after_end else NOT_DONE


def counts(statuses: Sequence[str], moved: int) -> Row:
    """Figures of «Исполнение мероприятий»: what comes after the end and what was cancelled is no part of the share.

    Returns:
        `total, done, partly, not_done, after, cancelled, moved`, `done_pct` unrounded (100 without measures).
    """
    judged = [each for each in statuses if each not in (AFTER, CANCELLED)]
    done = statuses.count(DONE)
    return {
        **{"total": len(statuses), "done": done, "partly": statuses.count(PARTLY)},
        **{"not_done": statuses.count(NOT_DONE), "after": statuses.count(AFTER)},
        **{"cancelled": statuses.count(CANCELLED), "moved": moved},
        "done_pct": 100 * done / len(judged) if judged else 100.0,
    }


def practice_changes(at_start: Iterable[Mapping[str, Any]], at_end: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Shares of schools at the start and at the end, and the difference in points (KEM: nine changes of practices)."""
    first, last = list(at_start), list(at_end)
    found = []
    for name, title in PRACTICES.items():
        start, end = _share(first, name), _share(last, name)
        change = None if start is None or end is None else round(end - start, 1)
        found.append({"practice": title, "start": start, "end": end, "change": change})
    return found


def _share(answers: Sequence[Mapping[str, Any]], name: str) -> float | None:
    values = [answer[name] for answer in answers if answer.get(name) is not None]
    if not values:
        return None
    if name == "readiness_change":
        return round(sum(float(value) for value in values) / len(values), 1)
    return round(100 * sum(value in (True, _SCALE) for value in values) / len(values), 1)
