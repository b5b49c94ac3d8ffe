"""One-time links and anonymous answers. How an answer is kept apart from its link: `models/questionnaires.py`."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.forms import operations as forms
from app.forms import queries as known_forms
from app.forms.definition import FormDefinition
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import AppError, Conflict, Forbidden, Invalid, NotFound

from .. import policies
from ..models import AnswerBox, MonitoringSchool, QuestionnaireLink, QuestionnaireMiss
from ..rules import stages
from . import windows

SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 16
"""79 bits: a code that people can type and nobody can guess."""
_LOOK_ALIKE = str.maketrans("АВЕКМНРСТУХ", "ABEKMHPCTYX")
MOST_MISSES = 30
_MISSES_WITHIN = timedelta(minutes=10)
ANONYMOUS = Actor(login="", name="", locale="ru")


class Closed(AppError):
    """The window is over, or the link was used."""

    status = 410
    title = "Gone"


class TooManyMisses(AppError):
    """Somebody tries codes."""

    status = 429
    title = "Too many requests"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Codes of one class and audience, to be printed now: they are shown once."""

    audience: str
    class_name: str
    codes: list[str]


def issue(actor: Actor, key: int, audience: str, class_name: str = "") -> Sheet:
    """Make the codes of a class (teachers: of the whole school) that are still missing.

    Codes that were made before and not used are void: a lost sheet is worth nothing.

    Raises:
        NotFound: no such school in the actor's scope, or no such class.
        Forbidden: the actor is not of the school's management.
        Conflict: the window is over.
    """
    of = policies.demand_sight(actor, windows.participation(key, lock=True))
    if not policies.may_hand_out(actor, of):
        raise Forbidden()
    if is_over(of):
        raise Conflict(_l("The window of the questionnaires is over."))
    links = QuestionnaireLink.school_key == key, QuestionnaireLink.audience == audience
    mine = *links, QuestionnaireLink.class_name == class_name
    expected = _expected(of, audience, class_name)
    used = db.session.scalar(select(func.count()).select_from(QuestionnaireLink).where(*mine, QuestionnaireLink.used))
    db.session.execute(delete(QuestionnaireLink).where(*mine, ~QuestionnaireLink.used))
    codes = [_code() for _ in range(max(0, expected - (used or 0)))]
    for code in codes:
        db.session.add(
            QuestionnaireLink(token_hash=hash_of(code), school_key=key, audience=audience, class_name=class_name)
        )
    db.session.flush()
    return Sheet(audience, class_name, codes)


def _expected(of: MonitoringSchool, audience: str, class_name: str) -> int:
    if audience == stages.TEACHER and not class_name and stages.asked_of(of.round.stage, audience):
        return of.teachers
    column = {stages.PUPIL: "pupils", stages.PARENT: "parents"}.get(audience)
    row = next((row for row in of.classes if row["name"] == class_name), None)
    if column is None or row is None:
        raise NotFound()
    return int(row[column])


def _code() -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def written(code: str) -> str:
    """A code as it stands on the sheet: groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read(text: str) -> str:
    """What somebody typed, as a code: letters of either alphabet, dashes and spaces are forgiven."""
    upper = text.upper().translate(_LOOK_ALIKE)
    return "".join(sign for sign in upper if sign in SIGNS)


def hash_of(code: str) -> bytes:
    """What is stored of a code."""
    return hashlib.sha256(code.encode()).digest()


def is_over(of: MonitoringSchool) -> bool:
    """Whether no answer is taken any more."""
    return of.window_closed or clock.today() > of.window_until


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What a link opens."""

    audience: str
    school: MonitoringSchool
    forms: list[FormDefinition]


def open_link(text: str, address: str | None) -> Questionnaire:
    """The questionnaires of a link. Opening it changes nothing.

    Raises:
        NotFound: there is no such link.
        Closed: it was used, or the window is not open.
        TooManyMisses: too many wrong codes came from this address.
    """
    return _questionnaire(_link(text, address))


def _link(text: str, address: str | None, *, lock: bool = False) -> QuestionnaireLink:
    demand_patience(address)
    code = read(text)
    query = select(QuestionnaireLink).where(QuestionnaireLink.token_hash == hash_of(code))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    link = db.session.scalar(query) if len(code) == LENGTH else None
    if link is None:
        raise NotFound(_l("There is no questionnaire with this code. Check the letters and digits on the sheet."))
    return link


def _questionnaire(link: QuestionnaireLink) -> Questionnaire:
    of = windows.participation(link.school_key)
    if link.used:
        raise Closed(_l("This code was used already. Thank you for your answers!"))
    if is_over(of):
        raise Closed(_l("The questionnaire is closed: its time is over. Thank you for your interest!"))
    if clock.today() < of.round.opens_on:
        raise Closed(_l("The questionnaire is not open yet. Please come back later."))
    tools = stages.asked_of(of.round.stage, link.audience)
    return Questionnaire(link.audience, of, [known_forms.form_by(tool.form_id) for tool in tools])


def answer(text: str, values: Mapping[str, Mapping[str, Any]], address: str | None) -> None:
    """Take the answers to all questionnaires of a link, and the link is used up: both or nothing.

    Args:
        text: the code.
        values: by form id, what was entered.
        address: where the request comes from; only wrong codes are counted by it.

    Raises:
        NotFound, Closed, TooManyMisses: as `open_link`.
        Invalid: something is missing; `errors` by form path.
    """
    link = _link(text, address, lock=True)
    found = _questionnaire(link)
    errors: dict[str, list[object]] = {}
    checked: dict[str, dict[str, Any]] = {}
    for form in found.forms:
        try:
            checked[form.form_id] = forms.validate_submission(
                form, values.get(form.form_id, {}), context={}, actor=ANONYMOUS
            )
        except Invalid as error:
            errors.update(error.errors)
    if errors:
        raise Invalid(_l("Please answer all questions."), errors)
    link.used = True
    for form_id, given in sorted(checked.items()):
        _put(link.school_key, link.audience, form_id, given)
    db.session.flush()


def _put(school_key: int, audience: str, form_id: str, given: Mapping[str, Any]) -> None:
    """Put an answer among the others where its content sorts it; one after the other, nobody's is lost."""
    empty = insert(AnswerBox).values(school_key=school_key, audience=audience, form_id=form_id, answers=[])
    db.session.execute(empty.on_conflict_do_nothing())
    box = db.session.scalars(
        select(AnswerBox)
        .where(AnswerBox.school_key == school_key, AnswerBox.audience == audience, AnswerBox.form_id == form_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    plain = {name: value for name, value in given.items() if value not in (None, "", [])}
    box.answers = sorted([*box.answers, plain], key=lambda each: json.dumps(each, ensure_ascii=False, sort_keys=True))
    db.session.flush()


def demand_patience(address: str | None) -> None:
    """Refuse an address from which too many wrong codes came.

    Raises:
        TooManyMisses: wait some minutes.
    """
    since = clock.now() - _MISSES_WITHIN
    query = select(func.count()).select_from(QuestionnaireMiss)
    count = db.session.scalar(query.where(QuestionnaireMiss.address == _address(address), QuestionnaireMiss.at > since))
    if (count or 0) >= MOST_MISSES:
        raise TooManyMisses(_l("Too many wrong codes. Please wait ten minutes and try again."))


def count_miss(address: str | None) -> None:
    """A wrong code came. Right ones are not counted: nothing of them is kept but that the link is used."""
    now = clock.now()
    db.session.execute(delete(QuestionnaireMiss).where(QuestionnaireMiss.at < now - _MISSES_WITHIN))
    db.session.add(QuestionnaireMiss(at=now, address=_address(address)))
    db.session.flush()


def _address(address: str | None) -> bytes:
    return hashlib.sha256((address or "").encode()).digest()
