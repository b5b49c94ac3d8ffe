"""Support programmes of the demo: the region's and Lebedyan's of this year, their stages, a resource centre."""

from __future__ import annotations

from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.people.queries import actor_for
from app.programmes import operations, queries
from app.programmes.operations.roadmaps import locked_roadmap

MONTHS = (("I этап", 4), ("II этап", 6), ("III этап", 11))
"""LIP 3.7: monitoring in April, June and November."""


def load_support() -> None:
    """Load both programmes with their approved roadmaps. What their measures do is told by `year`."""
    year = clock.today().year
    for name, login, head in (
        ("lipetsk", "region_coordinator", "region_head"),
        ("lebedyan", "municipal_coordinator", "mouo_head"),
    ):
        keeper = actor_for(login)
        found, _run = operations.load_file(keeper, name, year=year)
        roadmap = locked_roadmap(found)
        order = {"number": "12", "date": f"{year}-01-15", "document_id": ""}
        operations.freeze(actor_for(head), roadmap, order)
        stages = operations.calendars.stages_on_months(year, MONTHS)
        operations.set_calendar(keeper, found.code, "school_monitoring", year, "Школьный мониторинг", stages)
    card = {
        "kind": "муниципальный центр сетевого взаимодействия",
        "title": "Муниципальный центр сетевого взаимодействия «Импульс»",
        "host": "lebedyan-mms",
        "functions": "Поддержка школ с низкими результатами обучения и школ в неблагоприятных социальных условиях",
        "members": [{"user": "mms_methodist", "duty": "член"}],
    }
    order = {"number": "3", "date": f"{year}-01-20", "document_id": ""}
    key = queries.programme(PLATFORM, f"LEB-{year}").key
    operations.create_body(PLATFORM, card, order, organisation="lebedyan", programme_key=key)
