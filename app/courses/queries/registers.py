"""Registers that outlive a course: certificates, study notes, attestation base, orders, imports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, extract, func, or_, select

from app.documents import queries as documents
from app.documents.models import Document
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

from .. import policies
from ..models import AttestationBaseRecord, Certificate, Course, CourseOrder, ImportRun, Listener, StudyNote
from ..rules import words
from . import catalogue
from .searching import like


def certificate_select(
    actor: Actor, *, search: str = "", year: int | None = None, course: str = ""
) -> Select[Certificate]:
    """Select the certificates that the actor may see, the newest first."""
    query = (
        select(Certificate)
        .join(Certificate.listener)
        .join(Listener.course)
        .where(policies.certificates_in_scope(actor))
    )
    if search:
        pattern = like(search)
        query = query.where(
            or_(
                Certificate.number.ilike(pattern),
                Listener.teacher_name.ilike(pattern),
                Certificate.programme_title.ilike(pattern),
            )
        )
    if year:
        query = query.where(extract("year", Certificate.issued_on) == year)
    if course:
        query = query.where(Course.code == course)
    return query.order_by(Certificate.issued_on.desc(), Certificate.key.desc())


def certificate(actor: Actor, number: str) -> Certificate:
    """One certificate by its number.

    Raises:
        NotFound: unknown, or out of the actor's scope.
    """
    found = db.session.scalars(certificate_select(actor).where(Certificate.number == number)).unique().one_or_none()
    if found is None:
        raise NotFound(_l("There is no such certificate."))
    return found


def certificate_years(actor: Actor) -> list[int]:
    """Years with certificates that the actor may see, the latest first."""
    query = (
        select(extract("year", Certificate.issued_on))
        .join(Certificate.listener)
        .join(Listener.course)
        .where(policies.certificates_in_scope(actor))
        .distinct()
    )
    return sorted((int(year) for year in db.session.scalars(query)), reverse=True)


@dataclass(frozen=True, slots=True)
class CertificateCount:
    """How many certificates a municipality's teachers got in a year."""

    year: int
    municipality: str | None
    count: int


def certificate_counts(actor: Actor) -> list[CertificateCount]:
    """Counts by year and municipality; the own municipality for its roles, all for the region; else empty."""
    if not policies.counts_certificates(actor):
        return []
    year = extract("year", Certificate.issued_on)
    query = (
        select(year, Listener.municipality, func.count())
        .join(Certificate.listener)
        .group_by(year, Listener.municipality)
        .order_by(year.desc(), Listener.municipality)
    )
    if not actor.has_role("auditor", *policies.INSTITUTE, *policies.REGIONAL):
        query = query.where(Listener.municipality.in_(policies.own_municipalities(actor)))
    return [CertificateCount(int(y), place, count) for y, place, count in db.session.execute(query)]


def base_select(actor: Actor, *, search: str = "", subject: str = "", kind: str = "") -> Select[AttestationBaseRecord]:
    """Select the records of the attestation base that the actor may see, the newest first.

    Opening the page is recorded by the caller (processes.md, «History every auditor …»: access to restricted data).
    """
    query = (
        select(AttestationBaseRecord)
        .join(AttestationBaseRecord.listener)
        .join(Listener.course)
        .where(policies.base_in_scope(actor), AttestationBaseRecord.annulled_at.is_(None))
    )
    if search:
        query = query.where(or_(Listener.teacher_name.ilike(like(search)), Listener.school_name.ilike(like(search))))
    if subject:
        query = query.where(AttestationBaseRecord.subject == subject)
    if kind:
        query = query.where(AttestationBaseRecord.attempt_kind == kind)
    return query.order_by(AttestationBaseRecord.tested_on.desc(), AttestationBaseRecord.key.desc())


def base_subjects(actor: Actor) -> list[str]:
    """Subjects of the records that the actor may see."""
    query = (
        select(AttestationBaseRecord.subject)
        .join(AttestationBaseRecord.listener)
        .join(Listener.course)
        .where(policies.base_in_scope(actor), AttestationBaseRecord.annulled_at.is_(None))
        .distinct()
    )
    return sorted(db.session.scalars(query))


def orders_of(actor: Actor, code: str) -> Sequence[CourseOrder]:
    """Orders about a course: for leader, commission, institute, region and auditor; for a listener those that name her.

    Raises:
        NotFound: there is no such course.
    """
    row, seen = catalogue.sight_of(actor, code)
    query = select(CourseOrder).where(CourseOrder.course_key == row.course.key).order_by(CourseOrder.signed_on)
    found = db.session.scalars(query).all()
    if seen.full or seen.sheets or actor.has_role(*policies.INSTITUTE, *policies.REGIONAL):
        return found
    return [order for order in found if actor.login in order.listeners]


def protocols_of(actor: Actor, code: str) -> Sequence[Document]:
    """Protocols of the e-test of a course, as far as the actor may read them (roles.md §3, «Entry test»).

    Raises:
        NotFound: there is no such course.
    """
    row = catalogue.course(actor, code)
    query = documents.documents(actor, words.PROTOCOL).where(Document.objects.contains([f"course:{row.course.code}"]))
    return db.session.scalars(query.order_by(None).order_by(Document.created_at, Document.key)).all()


def notes_of(actor: Actor, code: str) -> Sequence[StudyNote]:
    """Study notes of a course, scoped as certificates are.

    Raises:
        NotFound: there is no such course.
    """
    row = catalogue.course(actor, code)
    query = (
        select(StudyNote)
        .join(StudyNote.listener)
        .join(Listener.course)
        .where(Listener.course_key == row.course.key, policies.certificates_in_scope(actor))
        .order_by(StudyNote.number)
    )
    return db.session.scalars(query).unique().all()


def imports_of(actor: Actor, code: str) -> Sequence[ImportRun]:
    """Uploaded result files of a course, the newest first; for who sees all results.

    Raises:
        NotFound: no such course, or out of the actor's scope.
    """
    row, seen = catalogue.sight_of(actor, code)
    if not seen.full:
        raise NotFound(_l("There is no such page."))
    query = select(ImportRun).where(ImportRun.course_key == row.course.key).order_by(ImportRun.uploaded_at.desc())
    return db.session.scalars(query).all()


def import_run(actor: Actor, code: str, key: int) -> ImportRun:
    """One uploaded file with its report.

    Raises:
        NotFound: unknown, or out of the actor's scope.
    """
    for run in imports_of(actor, code):
        if run.key == key:
            return run
    raise NotFound(_l("There is no such import."))


def blanks_missing(actor: Actor, code: str, on: date) -> int:
    """How many certificates of a course, issued up to a day, have no blank noted yet."""
    query = certificate_select(actor, course=code).where(
        Certificate.blank_number.is_(None), Certificate.issued_on <= on
    )
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
