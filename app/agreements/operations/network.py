"""Schools that help others: tutor schools and base sites of a year, groups of schools around one problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.audit import operations as audit
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.db import db
from app.people import queries as people

from ..models import NetworkGroup, SupportSite


@dataclass(frozen=True, slots=True)
class Site:
    """A school that agreed to help others.

    Attributes:
        grounds: the data by which it was proposed.
    """

    school: str
    kind: str
    theme: str
    offers: Sequence[str]
    grounds: str


def activate_site(actor: Actor, site: Site, order: Mapping[str, Any], *, until: date, instance_key: int) -> SupportSite:
    """Give a school the status of a tutor school or base site for the year; the one before ends."""
    query = select(SupportSite).where(
        SupportSite.school == site.school, SupportSite.kind == site.kind, SupportSite.state == "active"
    )
    before = db.session.scalar(query.with_for_update())
    if before is not None:
        before.state = "ended"
        db.session.flush()
    row = SupportSite(
        school=site.school,
        municipality=people.municipality_of(site.school) or site.school,
        kind=site.kind,
        theme=site.theme,
        offers=list(site.offers),
        grounds=site.grounds,
        state="active",
        since=clock.today(),
        until=until,
        order_number=order.get("number"),
        document_id=order.get("document_id"),
        instance_key=instance_key,
    )
    db.session.add(row)
    db.session.flush()
    audit.record_event(actor, "support_site", str(row.key), "activate", details={"school": site.school})
    return row


def end_sites(actor: Actor, instance_key: int, reports: Mapping[str, tuple[bool, str]]) -> list[SupportSite]:
    """The year is over: who did nothing loses the status, the others keep it to its last day.

    Args:
        reports: whether a school was active, and its report, by school. No report means no activity.

    Returns:
        The sites that were removed.
    """
    rows = db.session.scalars(
        select(SupportSite).where(SupportSite.instance_key == instance_key, SupportSite.state == "active")
    )
    removed = []
    for row in rows:
        active, row.report = reports.get(row.school, (False, None))
        if not active:
            row.state, row.removed_reason = "removed", "нет деятельности за год"
            removed.append(row)
            audit.record_event(actor, "support_site", str(row.key), "remove")
    db.session.flush()
    return removed


def create_group(actor: Actor, card: Mapping[str, Any], *, instance_key: int) -> NetworkGroup:
    """Make an inter-school group from the form `network_group`."""
    row = NetworkGroup(
        title=str(card["title"]),
        problem=str(card["problem"]),
        leader=str(card["leader"]),
        members=sorted({str(code) for code in card.get("members") or ()} | {str(card["leader"])}),
        plan=list(card.get("plan") or ()),
        since=clock.today(),
        until=date.fromisoformat(str(card["until"])[:10]),
        instance_key=instance_key,
        created_at=clock.now(),
        created_by=actor.login,
    )
    db.session.add(row)
    db.session.flush()
    return row
