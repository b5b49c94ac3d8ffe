"""Who acts: a login or a session as an `Actor`, in one statement or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import RowMapping, text

from app.kernel import clock
from app.kernel.actor import Actor, Assignment, Substitution
from app.kernel.db import db
from app.kernel.errors import NotFound

from ..catalogue import role_level, works_for_objects
from ..memory import ACTOR_SECONDS, memory
from ..rules import PERSON_MARK, groups_of, personal_group
from .organisations import organisation_path, subordinate_codes

_DEFAULT_ZONE = "Europe/Moscow"
_actors = memory(ACTOR_SECONDS, 5000)


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An active account as the shells meet it.

    Attributes:
        stamp: changes with the password; voids remembered password checks.
        consent: version of the consent to the processing of personal data that was given.
    """

    actor: Actor
    stamp: str
    must_change_password: bool
    consent: str | None


_SELECT = """
    SELECT a.id AS account_id, a.login, a.locale, a.must_change_password, a.consent_version,
        left(md5(a.password_hash), 16) AS stamp, p.id AS person_id,
        concat_ws(' ', nullif(p.last_name, ''), nullif(p.first_name, ''), nullif(p.middle_name, '')) AS name,
        o.timezone,
        (SELECT json_agg(json_build_array(r.role, r.organisation_code, g.level, g.path,
                (SELECT json_agg(x.level ORDER BY u.n) FROM unnest(g.path) WITH ORDINALITY AS u(code, n)
                    JOIN organisation x ON x.code = u.code),
                r.object_kind, r.object_key, r.acting, g.timezone) ORDER BY r.id)
            FROM role_assignment r JOIN organisation g ON g.code = r.organisation_code
            WHERE r.person_id = p.id AND r.ended_at IS NULL AND g.active
                AND coalesce(r.valid_from, :today) <= :today AND coalesce(r.valid_to, :today) >= :today
        ) AS assignments,
        (SELECT json_agg(json_build_array(b.login,
                concat_ws(' ', nullif(q.last_name, ''), nullif(q.first_name, ''), nullif(q.middle_name, '')), s.roles,
                (SELECT json_agg(DISTINCT r.role) FROM role_assignment r
                    WHERE r.person_id = q.id AND r.ended_at IS NULL
                        AND coalesce(r.valid_from, :today) <= :today AND coalesce(r.valid_to, :today) >= :today),
                s.acting_head) ORDER BY s.id)
            FROM substitution s JOIN person q ON q.id = s.person_id JOIN account b ON b.person_id = q.id
            WHERE s.substitute_id = p.id AND s.ended_at IS NULL AND s.first_day <= :today AND s.last_day >= :today
        ) AS substitutions
    FROM account a JOIN person p ON p.id = a.person_id LEFT JOIN organisation o ON o.code = p.organisation_code
"""
_BY_LOGIN = text(_SELECT + " WHERE a.login = :login AND a.active")
_BY_SESSION = text(
    _SELECT
    + """ JOIN login_session l ON l.account_id = a.id
    WHERE l.token_hash = :token AND a.active AND l.ended_at IS NULL AND l.expires_at > :now"""
)


def actor_for(login: str) -> Actor:
    """The person behind a login, with the roles of today.

    Raises:
        NotFound: no such account, or it is closed.
    """
    return identity_for(login).actor


def identity_for(login: str) -> KnownAccount:
    """Like `actor_for`, with what the shells need beside it.

    Raises:
        NotFound: no such account, or it is closed.
    """
    return cast(KnownAccount, _actors.get(("login", login), lambda: _load(_BY_LOGIN, {"login": login})))


def actor_of_session(token_hash: bytes) -> KnownAccount | None:
    """The person of a running session; None when it ended, expired, or the account was closed."""
    parameters = {"token": token_hash, "now": clock.now()}
    try:
        return cast(KnownAccount, _actors.get(("session", token_hash), lambda: _load(_BY_SESSION, parameters)))
    except NotFound:
        return None


def groups_for(login: str, roles: tuple[str, ...] = ()) -> frozenset[str]:
    """Candidate groups of a person (for a substitute: only those of the substituted `roles`). Empty when unknown."""
    try:
        groups = actor_for(login).groups
    except NotFound:
        return frozenset()
    return frozenset(g for g in groups if g.partition("@")[0] in roles) if roles else groups


def _load(statement: Any, parameters: dict[str, Any]) -> KnownAccount:
    row = db.session.execute(statement, {**parameters, "today": clock.today(_DEFAULT_ZONE)}).mappings().first()
    if row is None:
        raise NotFound()
    return _known(row)


def _known(row: RowMapping) -> KnownAccount:
    facts: list[list[Any]] = row["assignments"] or []
    levels = {code: level for fact in facts for code, level in zip(fact[3], fact[4], strict=True)}
    assignments = _assignments(facts)
    actor = Actor(
        login=row["login"],
        name=row["name"],
        account_id=row["account_id"],
        person_id=row["person_id"],
        assignments=assignments,
        substitutions=tuple(
            Substitution(login, name, tuple(roles or all_roles or ()), acting)
            for login, name, roles, all_roles, acting in row["substitutions"] or ()
        ),
        groups=groups_of(assignments, levels) | _personal(row["login"], assignments),
        locale=row["locale"],
        timezone=row["timezone"] or (facts[0][8] if facts else _DEFAULT_ZONE),
    )
    return KnownAccount(actor, row["stamp"], row["must_change_password"], row["consent_version"])


def _personal(login: str, assignments: tuple[Assignment, ...]) -> frozenset[str]:
    """The groups that stand for this very person, in the roles that work for assigned objects."""
    return frozenset(personal_group(a.role, login) for a in assignments if works_for_objects(a.role))


def _assignments(facts: list[list[Any]]) -> tuple[Assignment, ...]:
    """One assignment per role, organisation and kind of standing; objects of several rows gathered."""
    found: dict[tuple[str, str, bool, bool], tuple[list[Any], list[str]]] = {}
    for fact in facts:
        role, code, object_kind, object_key, acting = fact[0], fact[1], fact[5], fact[6], fact[7]
        _, objects = found.setdefault((role, code, acting, object_kind is not None), (fact, []))
        if object_kind is not None:
            objects.append(f"{object_kind}:{object_key}")
    return tuple(
        Assignment(role, code, fact[2], tuple(fact[3]), tuple(objects), acting)
        for (role, code, acting, _), (fact, objects) in found.items()
    )


_HOLDERS = text("""
    SELECT DISTINCT a.login FROM role_assignment r
    JOIN account a ON a.person_id = r.person_id JOIN organisation g ON g.code = r.organisation_code
    WHERE r.role = :role AND r.ended_at IS NULL AND a.active AND g.active
        AND (CAST(:codes AS text[]) IS NULL OR r.organisation_code = ANY(:codes))
        AND (CAST(:login AS text) IS NULL OR a.login = :login)
        AND coalesce(r.valid_from, :today) <= :today AND coalesce(r.valid_to, :today) >= :today
    ORDER BY a.login
""")


def holders(role: str, organisation: str | None = None) -> list[str]:
    """Logins of everyone who holds a role today, sorted.

    Args:
        organisation: code; then only holders there, at its ancestors, and in the bodies that belong to one of these
            on the role's own level (a methodist of the municipal service counts for the municipality). `~login`: this
            person only, while they hold the role.
    """
    codes: list[str] | None = None
    login: str | None = None
    if organisation is not None and organisation.startswith(PERSON_MARK):
        login = organisation.removeprefix(PERSON_MARK)
    elif organisation is not None:
        path = organisation_path(organisation)
        codes = sorted({*path, *subordinate_codes(path, role_level(role))})
    parameters = {"role": role, "codes": codes, "login": login, "today": clock.today(_DEFAULT_ZONE)}
    return list(db.session.execute(_HOLDERS, parameters).scalars())
