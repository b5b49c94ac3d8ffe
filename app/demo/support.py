"""Support programmes of the demo: the region's and Lebedyan's of this year, their stages, a resource centre."""

from __future__ import annotations

from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.people.queries import actor_for
from app.programmes import operations, queries
from app.programmes.operations import concepts
from app.programmes.operations.roadmaps import locked_roadmap
from app.programmes.rules import concepts as rules

MONTHS = (("I этап", 4), ("II этап", 6), ("III этап", 11))
"""LIP 3.7: monitoring in April, June and November."""


STATUTE = """1. Положение определяет, как область работает со школами с низкими результатами и в сложных условиях.
2.1. Перечень школ утверждают приказом один раз в год, до 1 марта.
2.2. Куратора каждой школы назначают приказом в течение месяца после утверждения перечня.
3.1. Мониторинг школ и муниципалитетов проводят в апреле, июне и ноябре.
3.2. Меры с низкой эффективностью пересматривают по итогам ноябрьского анализа."""


def load_documents(year: int) -> None:
    """The region's statute, corrected once, and the roadmaps among the documents."""
    keeper, head = actor_for("region_coordinator"), actor_for("region_head")
    title = "Положение о системе работы со школами с низкими результатами обучения"
    order = {"number": "4", "date": f"{year - 1}-04-12"}
    found = concepts.register_document(keeper, "region", rules.STATUTE, title, STATUTE, order)
    change = {"point": "2.1", "after": "Перечень школ утверждают приказом один раз в год, до 15 февраля."}
    basis = {"basis": "Анализ эффективности: кураторам не хватает времени до апреля", "exclude": False, "part": None}
    concepts.publish_changes(head, found, [change | basis], {"number": "11", "date": f"{year}-01-14"})
    for code in (f"LIP-{year}", f"LEB-{year}"):
        concepts.document_of_roadmap(locked_roadmap(queries.programme(PLATFORM, code)))


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
    load_documents(year)
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
