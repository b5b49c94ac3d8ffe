"""Courses that a person leads, for whoever closes the account or moves the person."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from app.kernel.actor import Actor
from app.people import duties
from app.people.duties import Duty, Held

from .operations import transferring


@duties.source
def led_courses(actor: Actor, login: str) -> Held:
    """Courses that are not over; who may hand one over gets the page for it."""
    led = transferring.led_by(login)
    return Held(
        label=_("Courses that are led"),
        total=len(led),
        duties=tuple(
            Duty(
                f"{course.code} {course.title}",
                url_for("courses.handover", code=course.code) if transferring.may_hand_over(actor, course) else None,
            )
            for course in led[: duties.SHOWN]
        ),
        advice=_("The institute hands a course over to another leader."),
    )
