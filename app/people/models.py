"""Organisations, persons, accounts, roles, substitutions, sessions, tokens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base
from app.kernel.ids import next_key


class Organisation(Base):
    """A node of the tree region → municipality → school.

    Attributes:
        code: immutable; what variables, groups and histories hold.
        kind: one of the kinds of `roles.yaml`; it gives the `level`.
        path: codes from the root down to this one.
        timezone: IANA zone; a deadline ends at its midnight.
    """

    __tablename__ = "organisation"
    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    level: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("organisation.code"))
    path: Mapped[list[str]] = mapped_column(ARRAY(Text))
    timezone: Mapped[str]
    projects: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index("ix_organisation_path", "path", postgresql_using="gin"),
        Index("ix_organisation_parent_code", "parent_code"),
    )


class Person(Base):
    """A human being.

    Attributes:
        organisation_code: place of work (an expert never acts for the school in which they work).
        position: job title, free text; gives no rights.
    """

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    last_name: Mapped[str]
    first_name: Mapped[str]
    middle_name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str]
    position: Mapped[str]
    organisation_code: Mapped[str | None] = mapped_column(ForeignKey("organisation.code"))
    version: Mapped[int] = mapped_column()
    account: Mapped[Account] = relationship(back_populates="person", lazy="raise", uselist=False)
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index("ix_person_name", "last_name", "first_name", "middle_name"),
        Index("ix_person_organisation_code", "organisation_code"),
    )

    @property
    def name(self) -> str:
        """Surname, given name, patronymic."""
        return " ".join(part for part in (self.last_name, self.first_name, self.middle_name) if part)


class Account(Base):
    """What a person signs in with.

    Attributes:
        login: immutable; what assignees and histories hold.
        password_hash: argon2id; empty when no password was set.
        one_time_until: until when the one-time password is good; None for a password of one's own.
    """

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    login: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    password_changed_at: Mapped[datetime | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    one_time_until: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(default="ru")
    last_login_at: Mapped[datetime | None]
    consent_version: Mapped[str | None]
    consent_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    person: Mapped[Person] = relationship(back_populates="account", lazy="raise")


class RoleAssignment(Base):
    """A role of a person in an organisation, for a time; `object_kind:object_key` limits it to one object.

    Attributes:
        valid_from, valid_to: first and last day; open when None.
        acting: the person stands in for a vacant head («исполняющий обязанности»).
        ended_at: when it was taken away; ended rows stay.
    """

    __tablename__ = "role_assignment"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    organisation_code: Mapped[str] = mapped_column(ForeignKey("organisation.code"))
    object_kind: Mapped[str | None]
    object_key: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    acting: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    person: Mapped[Person] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    __table_args__ = (
        Index("ix_role_assignment_person_id", "person_id", postgresql_where=text("ended_at IS NULL")),
        Index("ix_role_assignment_role", "role", "organisation_code", postgresql_where=text("ended_at IS NULL")),
        Index("ix_role_assignment_organisation_code", "organisation_code"),
    )


class SubstitutionRecord(Base):
    """For some days `substitute` may act for `person`; `acting_head` includes the signature of a head.

    Attributes:
        roles: role ids; empty means all roles of the person.
        first_day, last_day: both included.
    """

    __tablename__ = "substitution"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    substitute_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    roles: Mapped[list[str]]
    acting_head: Mapped[bool] = mapped_column(default=False)
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    substitute: Mapped[Person] = relationship(lazy="raise", foreign_keys=[substitute_id])
    __table_args__ = (
        Index("ix_substitution_person_id", "person_id"),
        Index("ix_substitution_substitute_id", "substitute_id", postgresql_where=text("ended_at IS NULL")),
    )


class LoginSession(Base):
    """One signed-in browser. The cookie holds a random token, this row its SHA-256; signing out ends the row."""

    __tablename__ = "login_session"
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str | None]
    agent: Mapped[str]
    __table_args__ = (Index("ix_login_session_account_id", "account_id"),)


class LoginAttempt(Base):
    """A try to sign in; the rate limit counts the failed ones."""

    __tablename__ = "login_attempt"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    at: Mapped[datetime]
    login: Mapped[str]
    address: Mapped[str]
    succeeded: Mapped[bool]
    __table_args__ = (
        Index("ix_login_attempt_at", "at"),
        Index("ix_login_attempt_login", "login", "at"),
        Index("ix_login_attempt_address", "address", "at"),
    )


class PersonalToken(Base):
    """A bearer token for the API. Only its SHA-256 is kept; `prefix` lets the owner recognise it."""

    __tablename__ = "personal_token"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    prefix: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_personal_token_account_id", "account_id"),
    )


class AccountTicket(Base):
    """A link by which somebody may choose a password, once: an invitation, or an answer to a forgotten password.

    Attributes:
        token_hash: SHA-256 of the random token in the link.
        ended_at: when it was used or made void by a newer one.
    """

    __tablename__ = "account_ticket"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    used: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (Index("ix_account_ticket_account_id", "account_id", "kind"),)


class AccountRequest(Base):
    """Somebody asked for a letter to choose a new password; the rate limit counts them, known accounts or not."""

    __tablename__ = "account_request"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    at: Mapped[datetime]
    subject: Mapped[str]
    address: Mapped[str]
    __table_args__ = (
        Index("ix_account_request_subject", "subject", "at"),
        Index("ix_account_request_address", "address", "at"),
    )


class ConsentDecision(Base):
    """What a person decided about the processing of their data: given, refused or taken back. Rows are only added.

    Attributes:
        version, sha256: of the text that was shown.
    """

    __tablename__ = "consent_decision"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    version: Mapped[str]
    sha256: Mapped[str]
    given: Mapped[bool]
    at: Mapped[datetime]
    address: Mapped[str | None]
    __table_args__ = (Index("ix_consent_decision_account_id", "account_id", "at"),)


class PeopleImport(Base):
    """An uploaded file with organisations and people, checked row by row, taken over at most once.

    Attributes:
        rows: the good rows in the order in which they are taken.
        problems: `{sheet, row, column, message}` of the others.
        known: rows that say what is there already.
        job_key: the background job that takes them.
    """

    __tablename__ = "people_import"
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=next_key)
    file_name: Mapped[str]
    sha256: Mapped[str]
    rows: Mapped[list[Any]]
    problems: Mapped[list[Any]]
    known: Mapped[int]
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]
    job_key: Mapped[int | None]
    taken_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_people_import_uploaded", "uploaded_by", "uploaded_at"),)
