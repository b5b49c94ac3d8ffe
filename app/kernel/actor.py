"""Who acts: a person with the roles that count for this request, or the platform itself."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Assignment:
    """One role of a person.

    Attributes:
        role: role id, as `school_head`.
        organisation: code of the organisation where it holds.
        level: `region`, `municipality` or `school`.
        path: codes from the region down to the organisation, as `("reg", "mun1", "sch1")`.
        objects: `kind:key` strings when the role counts for assigned objects only (`course:…`).
    """

    role: str
    organisation: str
    level: str = "region"
    path: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    acting: bool = False


@dataclass(frozen=True, slots=True)
class Substitution:
    """The actor may also act for `login` in these roles (`acting_head`: signatures of a head included)."""

    login: str
    name: str
    roles: tuple[str, ...]
    acting_head: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting person as operations and queries see them.

    Attributes:
        login: stable user name; what task assignees and histories hold. Empty for the platform.
        groups: `role` and `role@organisation` strings that match `candidateGroups`.
        channel: `web`, `api`, `cli`, `worker`: kept in the history.
    """

    login: str
    name: str
    account_id: int | None = None
    person_id: int | None = None
    assignments: tuple[Assignment, ...] = ()
    substitutions: tuple[Substitution, ...] = ()
    groups: frozenset[str] = frozenset()
    locale: str = "ru"
    timezone: str = "Europe/Moscow"
    channel: str = "web"
    address: str | None = None
    system: bool = field(default=False)

    @property
    def roles(self) -> frozenset[str]:
        """Ids of all roles the actor holds."""
        return frozenset(a.role for a in self.assignments)

    def has_role(self, *roles: str) -> bool:
        """Whether the actor holds any of the roles, anywhere."""
        return not self.roles.isdisjoint(roles)

    def organisations(self, *roles: str) -> frozenset[str]:
        """Codes of the organisations where the actor holds one of the roles (all roles when none is named)."""
        return frozenset(a.organisation for a in self.assignments if not roles or a.role in roles)

    def assigned(self, kind: str) -> frozenset[str]:
        """Keys of the objects of a kind that roles were given for: `assigned("org")` are the codes of the schools and
        municipalities that a curator, consultant or tutor looks after (roles.md §2, scope A)."""
        mark = f"{kind}:"
        return frozenset(
            thing.removeprefix(mark) for held in self.assignments for thing in held.objects if thing.startswith(mark)
        )


PLATFORM = Actor(login="", name="Marshrut", system=True, channel="worker")
