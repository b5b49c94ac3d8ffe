"""Groups that every region has (roles.md §1: categories of a school); others are made by the coordinator."""

from __future__ import annotations

CATEGORY, PROJECT, LIST = "category", "project", "list"
KINDS = (CATEGORY, PROJECT, LIST)
STANDARD: dict[str, tuple[str, str, int | None]] = {
    "shnor": ("ШНОР", CATEGORY, None),
    "shnsu": ("ШНСУ", CATEGORY, None),
    "risk_zone": ("Зона риска", CATEGORY, None),
    "p500_2021": ("500+ 2021", PROJECT, 2021),
    "p500_2022": ("500+ 2022", PROJECT, 2022),
}
"""Title, kind and year by code; a group becomes a row when the first school is put into it."""
CODE = r"[a-z][a-z0-9_]{1,39}"
