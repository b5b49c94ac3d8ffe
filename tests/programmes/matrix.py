"""Who may open what of the programmes. `own`: a programme in force of Lebedyan; `foreign`: one of Gryazi."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.kernel import clock
from app.kernel.actor import PLATFORM
from app.programmes import operations, queries
from app.programmes.models import SupportProgramme
from app.programmes.operations import closings, concepts
from app.programmes.rules import closing as rules
from app.programmes.rules.concepts import STATUTE
from app.programmes.rules.stages import Stage
from tests.conftest import MONDAY
from tests.programmes import scenes
from tests.web.matrix import FOREIGN, HIDDEN, OWN, Row, World, public, roles

FILE = "roadmap:\n  sections:\n  - {number: '1', title: Раздел, measures: [{number: '9', title: Новое, period: май}]}\n"
EVERYWHERE = "region_head region_coordinator region_wg_member iro_head iro_coordinator iro_methodist programme_developer course_leader auditor"  # noqa: E501
MUNICIPAL = "mouo_head municipal_coordinator programme_coordinator municipal_wg_member mms_methodist"
SCHOOL = "school_head deputy_head teacher school_team_member mmo_head"
READERS = f"{EVERYWHERE} {MUNICIPAL} {SCHOOL} cmoko_analyst"
LOCAL = f"{EVERYWHERE} {MUNICIPAL} {SCHOOL}"
KEEPERS = "municipal_coordinator programme_coordinator"
AUTHORS = f"region_coordinator iro_coordinator {KEEPERS} school_head"
DOCUMENT_KEEPERS = f"region_coordinator iro_coordinator {KEEPERS}"
DOCUMENT_READERS = " ".join(sorted(set(READERS.split()) - set(DOCUMENT_KEEPERS.split())))
OTHERS = " ".join(role for role in LOCAL.split() if role not in KEEPERS.split())


def build(world: World) -> None:
    """A programme with an approved roadmap, a draft with a file, a body and a stage calendar for each scope."""
    with clock.frozen(MONDAY):
        for scope, place in ((OWN, "lebedyan"), (FOREIGN, "gryazi")):
            name = "support" if scope == OWN else f"support {FOREIGN}"
            found = scenes.programme(f"{place}-2026", place)
            row = scenes.add_measure(found, number="1.1", period="По запросам")
            scenes.approved(found, row)
            operations.open_measure(row.row_key, 1)
            found.order_number, found.order_on = "1", clock.today()
            stage = Stage(1, "I этап", clock.today(), clock.today())
            operations.set_calendar(PLATFORM, found.code, "school_monitoring", 2026, "Мониторинг", [stage])
            closed = _closed(place)
            draft = scenes.programme(f"{place}-2027", place)
            run = operations.upload_roadmap(PLATFORM, draft.code, "карта.yaml", FILE.encode())
            world[name] = {
                "code": found.code,
                "draft": draft.code,
                "row_key": row.row_key,
                "key": run.key,
                "body": _body(place, found),
                "closed": closed,
                "document": _document(place),
            }


def _closed(place: str) -> str:
    """A programme that was closed by its report."""
    code = f"{place}-2025"
    scenes.programme(code, place)
    made = closings.open_closing(code, 1)
    made.tables = {"counts": rules.counts([], 0), "measures": [], "indicators": []}
    closings.conclude(made, rules.FULL, {"conclusion": rules.FULL})
    closings.publish(PLATFORM, made, {"number": "4"}, {"number": "1"}, "")
    return code


def _body(place: str, found: SupportProgramme) -> str:
    card = {"kind": "ресурсный центр", "title": "Ресурсный центр", "host": f"{place}-1", "functions": "Помощь"}
    order = {"number": "3", "date": "2026-01-15", "document_id": ""}
    made = operations.create_body(PLATFORM, card, order, organisation=place, programme_key=found.key)
    assert queries.body(PLATFORM, made.code)
    return made.code


def _document(place: str) -> str:
    order = {"number": "4", "date": "2026-01-15"}
    return concepts.register_document(PLATFORM, place, STATUTE, "Положение", "1. Общее", order).code


def at(*names: str, **more: Any) -> Any:
    """Parameters of an address: `code`, `row_key`, …"""

    def values(world: World, scope: str) -> Mapping[str, Any]:
        found = world.of("support", scope)
        return {name.rpartition("=")[0] or name: found[name.rpartition("=")[2]] for name in names} | more

    return values


def seen(endpoint: str, *names: str, **more: Any) -> Row:
    """A page of a published programme: everybody below its place, the region, auditors."""
    return Row(
        endpoint,
        own=roles(HIDDEN, yes=LOCAL),
        foreign=roles(HIDDEN, yes=EVERYWHERE),
        at=at(*names or ("code",), **more),
    )


def kept(endpoint: str, method: str, *names: str, form: Any = None, **more: Any) -> Row:
    """A page or an act of who keeps the programme."""
    return Row(
        endpoint,
        method,
        own=roles(HIDDEN, yes=KEEPERS, no=OTHERS),
        foreign=roles(HIDDEN, no=EVERYWHERE),
        at=at(*names or ("code",), **more),
        form=form and (lambda world, scope: form),
    )


ROWS = [
    Row("programmes.index", own=roles(HIDDEN, yes=READERS)),
    Row(
        "programmes.new",
        own=roles(HIDDEN, yes=AUTHORS, no=" ".join(sorted(set(READERS.split()) - set(AUTHORS.split())))),
    ),
    Row(
        "programmes.create",
        "POST",
        own=roles(HIDDEN, yes=AUTHORS, no=" ".join(sorted(set(READERS.split()) - set(AUTHORS.split())))),
        form=lambda world, scope: {"code": "?"},
    ),
    Row("programmes-v1.search_programmes", "POST", own=roles(HIDDEN, yes=READERS), json=lambda world, scope: {}),
    seen("programmes-v1.get_programme"),
    seen("programmes-v1.get_measures"),
    seen("programmes-v1.get_stages"),
    seen("measures-v1.get_measure", "row=row_key"),
    seen("programmes.programme"),
    public("programmes.published", at=at("code")),
    kept("programmes.edit", "GET"),
    kept("programmes.change", "POST", form={"title": ""}),
    kept("programmes.set_state", "POST", form={"state": "closed"}),
    seen("programmes.roadmap"),
    seen("programmes.version", number=1),
    kept("programmes.plan_roadmap", "POST", "code"),
    seen("programmes.measure", "row_key"),
    Row(
        "programmes.ask",
        "POST",
        own=roles(
            HIDDEN,
            yes=f"{KEEPERS} school_head deputy_head",
            no=" ".join(sorted(set(OTHERS.split()) - {"school_head", "deputy_head"})),
        ),
        foreign=roles(HIDDEN, no=EVERYWHERE),
        at=at("row_key"),
        form=lambda world, scope: {"title": "Тема"},
    ),
    kept("programmes.change_measure", "POST", "row_key", form={"reason": ""}),
    kept("programmes.roadmap_import", "GET", "code=draft"),
    kept("programmes.roadmap_template", "GET", "code=draft"),
    kept("programmes.roadmap_upload", "POST", "code=draft"),
    kept("programmes.roadmap_report", "GET", "code=draft", "key"),
    kept("programmes.roadmap_take", "POST", "code=draft", "key"),
    seen("programmes.closing", "code=closed"),
    seen("programmes.calendar"),
    kept("programmes.set_calendar", "POST", form={"code": "municipal_monitoring", "months": "4"}),
    seen("programmes.stages", "code", calendar="school_monitoring", year=2026),
    kept("programmes.move_stages", "POST", "code", calendar="school_monitoring", year=2026),
    kept("programmes.next_year", "GET"),
    kept("programmes.clone", "POST", form={"year": "2028"}),
    kept("programmes.carry", "GET", "code=draft"),
    kept("programmes.carry_over", "POST", "code=draft"),
    seen("programmes.compare_years", "code", "other=draft"),
    Row("programmes.bodies", own=roles(HIDDEN, yes=READERS)),
    seen("programmes.body", "code=body"),
    Row("programmes.documents", own=roles(HIDDEN, yes=READERS)),
    Row("programmes.new_document", own=roles(HIDDEN, yes=DOCUMENT_KEEPERS, no=DOCUMENT_READERS)),
    Row(
        "programmes.create_document",
        "POST",
        own=roles(HIDDEN, yes=DOCUMENT_KEEPERS, no=DOCUMENT_READERS),
        form=lambda world, scope: {"title": ""},
    ),
    seen("programmes.document", "code=document"),
    seen("programmes.document_version", "code=document", number=1),
]
