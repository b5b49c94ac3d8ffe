"""Kinds of bodies and sites (form `support_body`), what they demand, and which role a seat brings."""

from __future__ import annotations

REGIONAL_GROUP, MUNICIPAL_GROUP = "региональная рабочая группа", "муниципальная рабочая группа"
COUNCIL, METHODICAL = "координационный совет", "методический совет"
CENTRE, BASE_SCHOOL, NETWORK_CENTRE = (
    "ресурсный центр",
    "опорная (базовая) школа",
    "муниципальный центр сетевого взаимодействия",
)
SITE, POINT, COMMUNITY = "базовая площадка", "консультационный пункт", "общественно-профессиональное сообщество"
KINDS = (
    *(REGIONAL_GROUP, MUNICIPAL_GROUP, COUNCIL, METHODICAL, CENTRE, BASE_SCHOOL),
    *(NETWORK_CENTRE, SITE, POINT, COMMUNITY),
)
COLLEGIAL = (REGIONAL_GROUP, MUNICIPAL_GROUP, COUNCIL, METHODICAL)
HOSTED = (CENTRE, BASE_SCHOOL, NETWORK_CENTRE, SITE)
LEAST_MEMBERS = 3
CHAIR, SECRETARY, MEMBER = "председатель", "секретарь", "член"
SEAT_ROLES = {
    REGIONAL_GROUP: "region_wg_member",
    MUNICIPAL_GROUP: "municipal_wg_member",
    COUNCIL: "municipal_wg_member",
}
"""Role that a seat brings with it («rights follow»)."""
MEETING_NAMES = {METHODICAL: "муниципальный методический совет"}
"""How `meeting_protocol` names a body whose kind is named otherwise; protocols are numbered by this name."""


def meeting_name(kind: str) -> str:
    """The body as protocols name it; empty for what does not meet as a body."""
    return MEETING_NAMES.get(kind, kind) if kind in (*COLLEGIAL, COMMUNITY) else ""
