"""Service types of `survey_difficulties`: who is asked, and what the answers say together."""

from __future__ import annotations

from collections import Counter
from typing import Any

from app.engine.services import ServiceCall, service_type
from app.kernel.errors import NotFound
from app.people import queries as people
from app.schools import queries

from ..queries import persons
from . import inputs

OFTEN = frozenset({"часто", "постоянно"})
TOP = 5
_ITEM, _ANSWER = ("item", "title", "difficulty"), ("answer", "value", "often", "frequency", "scale")


@service_type("survey.open", inline=True)
def open_survey(call: ServiceCall) -> dict[str, Any]:
    """Who is asked: the listeners of the course, else the teachers of the participating schools."""
    listeners = inputs.rows(call, "listeners")
    if listeners:
        return {"respondents": [_respondent(inputs.who(row)) for row in listeners]}
    schools = queries.participants(inputs.optional(call, "municipality_id"))
    logins = [login for school in schools for login in people.holders("teacher", school)]
    return {"respondents": [_respondent(login) for login in dict.fromkeys(logins)]}


@service_type("survey.summarise", inline=True)
def summarise(call: ServiceCall) -> dict[str, Any]:
    """The answers by difficulty, school and wished help."""
    answers = inputs.rows(call, "answers")
    given = [answer for answer in answers if answer.get("answered", True)]
    by_school: dict[str, list[dict[str, Any]]] = {}
    for answer in answers:
        by_school.setdefault(str(answer.get("school_id") or ""), []).append(answer)
    top = _top(given)
    wishes = Counter(str(wish) for answer in given for wish in answer.get("help_needed") or ())
    summary = {
        "total": len(answers),
        "answered": len(given),
        "top": top,
        "by_school": [_school(code, asked) for code, asked in sorted(by_school.items())],
        "help": [{"help": name, "count": count} for name, count in wishes.most_common()],
        "text": _words(len(answers), len(given), top),
    }
    codes = sorted({str(answer["municipality_id"]) for answer in given if answer.get("municipality_id")})
    return {"summary": summary, "municipalities": codes}


def _respondent(login: str) -> dict[str, Any]:
    try:
        found = persons.applicant(login)
    except NotFound:
        return {"teacher_id": login, "teacher_name": login, "school_id": None, "municipality_id": None}
    return {
        "teacher_id": login,
        "teacher_name": found.name,
        "school_id": found.school,
        "municipality_id": found.municipality,
    }


def _top(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    often = Counter(
        _first(row, _ITEM)
        for answer in answers
        for row in answer.get("items") or ()
        if isinstance(row, dict) and _first(row, _ANSWER).lower() in OFTEN
    )
    return [{"item": item, "often": count} for item, count in often.most_common(TOP) if item]


def _first(row: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((str(row[name]) for name in names if isinstance(row.get(name), str)), "")


def _school(code: str, asked: list[dict[str, Any]]) -> dict[str, Any]:
    given = [answer for answer in asked if answer.get("answered", True)]
    top = [row["item"] for row in _top(given)[:3]]
    return {"school": persons.organisation_name(code), "answered": len(given), "total": len(asked), "top": top}


def _words(asked: int, answered: int, top: list[dict[str, Any]]) -> str:
    text = f"Опрошено: {asked}, ответили: {answered}."
    if top:
        text += " Чаще всего затрудняет: " + "; ".join(f"{row['item']} ({row['often']})" for row in top) + "."
    return text
