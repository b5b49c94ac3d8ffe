"""Who may see and do what with courses (roles.md §3). Scope as SQL lives here, so that no query forgets it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, select, true

from app.kernel.actor import Actor

from .models import AttestationBaseRecord, Certificate, Course, CoursePerson, Listener
from .models.courses import COMMISSION, METHODIST

SCHOOL_HEADS = ("school_head", "deputy_head")
MUNICIPAL = ("mouo_head", "municipal_coordinator", "programme_coordinator", "municipal_wg_member", "mms_methodist")
REGIONAL = ("region_head", "region_coordinator", "region_wg_member")
INSTITUTE = ("iro_head", "iro_coordinator")
QUALITY = (
    *SCHOOL_HEADS,
    *(*MUNICIPAL, "mmo_head"),
    *("iro_head", "iro_coordinator", "iro_methodist", "programme_developer", "course_leader"),
    *("expert_commission_member", "attestation_commission_member", "editor"),
    *("cmoko_analyst", "cmoko_attestation", *REGIONAL, "auditor"),
)
"""Roles that see results and low-quality zones of schools, each in its scope (roles.md §3)."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What an actor sees of one course.

    Attributes:
        manages: leads the course (or substitutes its leader).
        full: every listener with all results (leader, methodist, auditor).
        schools: codes of the schools whose teachers are seen without percentages (heads).
        login: own rows are always seen whole.
        counts: counts of the whole course (region), or of `municipalities` only.
        sheets: the group sheets (leader, commission, auditor).
        commission: is a member of the commission.
        tutors: may accompany single listeners (a methodist).
    """

    login: str
    manages: bool = False
    full: bool = False
    schools: frozenset[str] = frozenset()
    counts: bool = False
    municipalities: frozenset[str] = frozenset()
    sheets: bool = False
    commission: bool = False
    tutors: bool = False


def led_as(actor: Actor) -> frozenset[str]:
    """Logins as whom the actor may lead courses: the own one with the role, and those that are substituted in it."""
    own = {actor.login} if actor.has_role("course_leader") else set()
    return frozenset(own | {other.login for other in actor.substitutions if "course_leader" in other.roles})


def may_lead(actor: Actor, course: Course) -> bool:
    """Whether the actor leads this course. The platform may do everything."""
    return actor.system or course.leader in led_as(actor)


def own_schools(actor: Actor) -> frozenset[str]:
    """Codes of the schools that the actor heads."""
    return actor.organisations(*SCHOOL_HEADS)


def own_municipalities(actor: Actor) -> frozenset[str]:
    """Codes of the municipalities whose counts the actor may see."""
    codes: set[str] = set()
    for assignment in actor.assignments:
        if assignment.role in MUNICIPAL:
            codes.update(assignment.path[1:2] or (assignment.organisation,))
    return frozenset(codes)


def sight(actor: Actor, course: Course, duties: frozenset[str]) -> Sight:
    """What the actor sees of a course.

    Args:
        actor: the reader.
        course: the course.
        duties: the reader's duties in the course (`commission`, `methodist`).
    """
    manages = may_lead(actor, course)
    auditor = actor.has_role("auditor")
    commission = COMMISSION in duties
    methodist = METHODIST in duties and actor.has_role("iro_methodist")
    return Sight(
        login=actor.login,
        manages=manages,
        full=manages or auditor or methodist,
        schools=own_schools(actor),
        counts=manages or auditor or actor.has_role(*REGIONAL),
        municipalities=own_municipalities(actor),
        sheets=manages or auditor or commission,
        commission=commission,
        tutors=actor.has_role("iro_methodist"),
    )


def listeners_in_scope(actor: Actor) -> ColumnElement[bool]:
    """Rows of listeners that the actor may see at all (join `Listener.course`)."""
    if actor.system or actor.has_role("auditor"):
        return true()
    assisted = select(CoursePerson.course_key).where(CoursePerson.login == actor.login, CoursePerson.duty == METHODIST)
    conditions: list[ColumnElement[bool]] = [
        Listener.teacher == actor.login,
        Listener.applied_by == actor.login,
        Course.leader.in_(led_as(actor)),
        Listener.school.in_(own_schools(actor)),
    ]
    if actor.has_role("iro_methodist"):
        conditions += [Listener.tutor == actor.login, Course.key.in_(assisted)]
    return or_(*conditions)


def sees_percentages(actor: Actor, listener: Listener, seen: Sight) -> bool:
    """Whether results with their percentages are shown: never to heads, they see the level only (roles.md §3)."""
    if seen.full or listener.teacher == actor.login:
        return True
    return listener.tutor == actor.login and actor.has_role("iro_methodist")


def certificates_in_scope(actor: Actor) -> ColumnElement[bool]:
    """Certificates whose rows the actor may see (join `Listener` and `Course`)."""
    if actor.system or actor.has_role("auditor", *INSTITUTE):
        return true()
    return or_(
        Listener.teacher == actor.login,
        Listener.school.in_(own_schools(actor)),
        Course.leader.in_(led_as(actor)),
    )


def may_see_certificate(actor: Actor, certificate: Certificate) -> bool:
    """The same for one certificate at hand."""
    listener = certificate.listener
    return (
        actor.system
        or actor.has_role("auditor", *INSTITUTE)
        or listener.teacher == actor.login
        or listener.school in own_schools(actor)
        or listener.course.leader in led_as(actor)
    )


def reads_certificate_document(actor: Actor, certificate: Certificate) -> bool:
    """Whether the actor may open the certificate itself: heads see number and hours only."""
    listener = certificate.listener
    whole = listener.teacher == actor.login or listener.course.leader in led_as(actor)
    return whole or actor.system or actor.has_role("auditor", *INSTITUTE)


def counts_certificates(actor: Actor) -> bool:
    """Whether the actor sees counts of certificates: region, municipality (own), auditor, institute."""
    return actor.has_role("auditor", *INSTITUTE, *REGIONAL, *MUNICIPAL)


def may_see_certificates(actor: Actor) -> bool:
    """Whether the register of certificates exists for the actor: own ones, own teachers', own courses', counts, all."""
    return actor.has_role("teacher", *SCHOOL_HEADS) or counts_certificates(actor) or bool(led_as(actor))


def base_in_scope(actor: Actor) -> ColumnElement[bool]:
    """Records of the attestation base that the actor may see (join `Listener` and `Course`); heads see none."""
    if actor.system or actor.has_role("cmoko_attestation", "region_coordinator", "auditor"):
        return true()
    conditions: list[ColumnElement[bool]] = []
    if actor.login:
        conditions.append(AttestationBaseRecord.teacher == actor.login)
    leading = led_as(actor)
    if leading:
        conditions.append(Course.leader.in_(leading))
    return or_(*conditions) if conditions else false()


def may_open_base(actor: Actor) -> bool:
    """Whether the page of the attestation base exists for the actor."""
    return actor.has_role("cmoko_attestation", "region_coordinator", "auditor", "teacher") or bool(led_as(actor))


def may_apply_for(actor: Actor) -> bool:
    """Whether the actor may send teachers to courses with the form «Заявка на обучение»."""
    return actor.has_role("school_head", "deputy_head", "mms_methodist")


def may_see_drafts(actor: Actor) -> bool:
    """Whether drafts of programmes are seen: coordinators, region's coordinator, auditor; developers see their own."""
    return actor.system or actor.has_role("iro_coordinator", "region_coordinator", "auditor")


def may_see_quality(actor: Actor) -> bool:
    """Whether results and low-quality zones of schools exist for the actor (roles.md §3): teachers see none."""
    return actor.has_role(*QUALITY)


def may_set_frdo(actor: Actor) -> bool:
    """Set the columns of the export for the federal register: administrators, and the coordinator of the institute, who
    makes it."""
    return actor.has_role("admin") or actor.has_role("iro_coordinator")


def may_see_frdo(actor: Actor) -> bool:
    """See these columns: who sets them, and auditors."""
    return may_set_frdo(actor) or actor.has_role("auditor")
