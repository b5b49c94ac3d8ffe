"""What the cards and lists of the people pages show."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.audit.models import AuditEvent
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

from ..models import Account, Organisation, PeopleImport, Person, RoleAssignment, SubstitutionRecord
from ..policies import demand_sight_of_accounts, demand_sight_of_administration, may_administer
from .directory import in_force, matches_words
from .reach import in_reach


def own_person(actor: Actor) -> Person:
    """The actor's own person, with account and organisation."""
    return _one(select(Person).where(Person.id == actor.person_id))


def roles_of(person_id: int, *, ended: bool = False) -> list[RoleAssignment]:
    """Running role assignments of a person (with `ended`: all), with their organisations, oldest first."""
    statement = (
        select(RoleAssignment)
        .options(joinedload(RoleAssignment.organisation))
        .where(RoleAssignment.person_id == person_id)
        .order_by(RoleAssignment.id)
    )
    if not ended:
        statement = statement.where(RoleAssignment.ended_at.is_(None))
    return list(db.session.scalars(statement))


def roles_by_person(person_ids: Iterable[int]) -> dict[int, list[RoleAssignment]]:
    """Today's role assignments of several persons, in one statement."""
    found: dict[int, list[RoleAssignment]] = {person_id: [] for person_id in person_ids}
    rows = db.session.scalars(
        select(RoleAssignment)
        .options(joinedload(RoleAssignment.organisation))
        .where(RoleAssignment.person_id.in_(found), in_force())
        .order_by(RoleAssignment.id)
    )
    for row in rows:
        found[row.person_id].append(row)
    return found


def all_people(actor: Actor, q: str = "", *, role: str = "", organisation: str = "", state: str = "") -> Select[Person]:
    """Everybody with an account whom the actor looks after (administrators and auditors: everybody), as a statement to
    page through.

    Args:
        q: part of name, position, login or e-mail.
        role, organisation: only those who hold it, or work or hold a role there.
        state: `open` or `closed`; all when empty.

    Raises:
        Forbidden: the actor neither looks after accounts nor audits.
    """
    demand_sight_of_accounts(actor)
    statement = (
        select(Person)
        .join(Person.account)
        .outerjoin(Person.organisation)
        .options(contains_eager(Person.account), contains_eager(Person.organisation))
        .where(in_reach(actor))
        .order_by(Person.last_name, Person.first_name, Person.middle_name, Person.id)
    )
    if q:
        exact = (Account.login, Person.email)
        statement = statement.where(or_(matches_words(q), *(c.icontains(q, autoescape=True) for c in exact)))
    if role:
        holders = select(RoleAssignment.person_id).where(RoleAssignment.role == role, in_force())
        statement = statement.where(Person.id.in_(holders))
    if organisation:
        there = select(RoleAssignment.person_id).where(RoleAssignment.organisation_code == organisation, in_force())
        statement = statement.where(or_(Person.organisation_code == organisation, Person.id.in_(there)))
    if state in ("open", "closed"):
        statement = statement.where(Account.active.is_(state == "open"))
    return statement


def any_person(actor: Actor, login: str) -> Person:
    """One person whose account the actor looks after, closed accounts included.

    Raises:
        Forbidden: the actor neither looks after accounts nor audits.
        NotFound: no such login in the actor's reach.
    """
    demand_sight_of_accounts(actor)
    return _one(select(Person).where(Account.login == login, in_reach(actor)))


def substitutions_of(person_id: int) -> list[SubstitutionRecord]:
    """Substitutions in which the person is absent or stands in, that are not over; soonest first."""
    statement = _substitutions().where(
        or_(SubstitutionRecord.person_id == person_id, SubstitutionRecord.substitute_id == person_id),
        SubstitutionRecord.ended_at.is_(None),
        SubstitutionRecord.last_day >= clock.today(),
    )
    return list(db.session.scalars(statement.order_by(SubstitutionRecord.first_day, SubstitutionRecord.id)))


def all_substitutions(actor: Actor, q: str = "", *, state: str = "") -> Select[SubstitutionRecord]:
    """All substitutions for the administration, newest first, as a statement to page through.

    Args:
        q: part of one of the two names.
        state: `running`, `coming` or `over`; all when empty.
    """
    demand_sight_of_administration(actor)
    absent, deputy = aliased(Person), aliased(Person)
    statement = (
        select(SubstitutionRecord)
        .join(SubstitutionRecord.person.of_type(absent))
        .join(SubstitutionRecord.substitute.of_type(deputy))
        .options(
            contains_eager(SubstitutionRecord.person.of_type(absent)).joinedload(absent.account),
            contains_eager(SubstitutionRecord.substitute.of_type(deputy)).joinedload(deputy.account),
        )
        .order_by(SubstitutionRecord.first_day.desc(), SubstitutionRecord.id.desc())
    )
    if q:
        names = (absent.last_name, absent.first_name, deputy.last_name, deputy.first_name)
        statement = statement.where(or_(*(name.icontains(q, autoescape=True) for name in names)))
    today, ended = clock.today(), SubstitutionRecord.ended_at
    if state == "running":
        statement = statement.where(
            ended.is_(None), SubstitutionRecord.first_day <= today, SubstitutionRecord.last_day >= today
        )
    elif state == "coming":
        statement = statement.where(ended.is_(None), SubstitutionRecord.first_day > today)
    elif state == "over":
        statement = statement.where(or_(ended.is_not(None), SubstitutionRecord.last_day < today))
    return statement


def changes_of(actor: Actor, subject_kind: str, subject_key: str, most: int = 30) -> list[AuditEvent]:
    """The latest changes of a person or organisation, newest first, for administrators and auditors."""
    demand_sight_of_administration(actor)
    statement = (
        select(AuditEvent)
        .where(AuditEvent.subject_kind == subject_kind, AuditEvent.subject_key == subject_key)
        .order_by(AuditEvent.seq.desc())
        .limit(most)
    )
    return list(db.session.scalars(statement))


def all_organisations(actor: Actor, q: str = "", *, kind: str = "", state: str = "open") -> Select[Organisation]:
    """Organisations for the administration, in the order of the tree, as a statement to page through."""
    demand_sight_of_administration(actor)
    statement = select(Organisation).order_by(Organisation.path)
    if q:
        columns = (Organisation.name, Organisation.short_name, Organisation.code)
        statement = statement.where(or_(*(column.icontains(q, autoescape=True) for column in columns)))
    if kind:
        statement = statement.where(Organisation.kind == kind)
    if state in ("open", "closed"):
        statement = statement.where(Organisation.active.is_(state == "open"))
    return statement


def any_organisation(actor: Actor, code: str) -> Organisation:
    """One organisation for the administration.

    Raises:
        Forbidden: the actor neither administers nor audits.
        NotFound: no such code.
    """
    demand_sight_of_administration(actor)
    row = db.session.get(Organisation, code)
    if row is None:
        raise NotFound()
    return row


def _substitutions() -> Select[SubstitutionRecord]:
    return select(SubstitutionRecord).options(
        joinedload(SubstitutionRecord.person).joinedload(Person.account),
        joinedload(SubstitutionRecord.substitute).joinedload(Person.account),
    )


def _one(statement: Select[Person]) -> Person:
    person = db.session.scalars(
        statement.join(Person.account)
        .outerjoin(Person.organisation)
        .options(contains_eager(Person.account), contains_eager(Person.organisation))
    ).one_or_none()
    if person is None:
        raise NotFound()
    return person


def newcomers(actor: Actor, organisation: str, limit: int) -> list[Person]:
    """People of an organisation and those below it who have an open account and have never signed in, by name.

    Args:
        organisation: code; everybody whom the actor looks after when empty.

    Raises:
        Forbidden: the actor neither looks after accounts nor audits.
    """
    statement = all_people(actor, state="open").where(Account.last_login_at.is_(None)).limit(limit)
    if organisation:
        below = select(Organisation.code).where(Organisation.path.overlap([organisation]))
        statement = statement.where(Person.organisation_code.in_(below))
    return list(db.session.scalars(statement))


def import_run(actor: Actor, key: int, *, lock: bool = False) -> PeopleImport:
    """One uploaded file with its report: the actor's own (administrators: everybody's).

    Raises:
        NotFound: none, or somebody else's.
    """
    query = select(PeopleImport).where(PeopleImport.key == key)
    if not may_administer(actor):
        query = query.where(PeopleImport.uploaded_by == actor.login)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def import_runs(actor: Actor, limit: int = 10) -> list[PeopleImport]:
    """The latest uploaded files of the actor, newest first."""
    query = select(PeopleImport).where(PeopleImport.uploaded_by == actor.login)
    return list(db.session.scalars(query.order_by(PeopleImport.uploaded_at.desc()).limit(limit)))
