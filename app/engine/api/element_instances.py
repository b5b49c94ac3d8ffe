"""Element instances: what an instance has gone through, read from its history.

They are no rows of their own, so a search names one process instance or one user task.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.api import Blueprint, NotOffered, current_actor
from app.api.listing import Listing
from app.api.schemas import DEFAULT_TENANT
from app.engine import policies, queries
from app.engine.api.elements import ACTIVE, COMPLETED, TERMINATED, TYPES, element_key, task_keys
from app.engine.api.shapes.element_instances import ElementInstanceQuery, ElementInstanceResults
from app.engine.bpmn import ProcessModel
from app.engine.definitions import definition
from app.engine.models import Incident, UserTask
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound

blueprint = Blueprint(
    "element-instances", __name__, url_prefix="/v2/element-instances", description="Elements that instances reached."
)


@dataclass(slots=True)
class Element:
    """An element instance; the attributes are those of `ElementInstanceResult` and of its filters."""

    element_instance_key: int
    element_id: str
    element_name: str
    type: str
    start_date: datetime
    process_instance_key: int
    root_process_instance_key: int
    process_definition_id: str
    process_definition_key: int
    state: str = ACTIVE
    end_date: datetime | None = None
    incident_key: int | None = None
    tenant_id: str = DEFAULT_TENANT

    @property
    def has_incident(self) -> bool:
        """Whether it stands at an open incident."""
        return self.incident_key is not None

    @property
    def element_instance_scope_key(self) -> int:
        """The element instance around it: the process instance (inner scopes are not told)."""
        return self.process_instance_key


_listing: Listing[Element] = Listing(
    key="element_instance_key",
    sorts={
        "elementId": "element_id",
        "elementInstanceKey": "element_instance_key",
        "elementName": "element_name",
        "endDate": "end_date",
        "incidentKey": "incident_key",
        "processDefinitionId": "process_definition_id",
        "processDefinitionKey": "process_definition_key",
        "processInstanceKey": "process_instance_key",
        "startDate": "start_date",
        "state": "state",
        "tenantId": "tenant_id",
        "type": "type",
    },
)


@blueprint.route("/search", methods=["POST"])
@blueprint.arguments(ElementInstanceQuery)
@blueprint.response(200, ElementInstanceResults)
def search_element_instances(query: Mapping[str, Any]) -> dict[str, Any]:
    """Search element instances

    Name a `processInstanceKey`, or the `elementInstanceKey` of a user task.
    """
    actor = current_actor()
    key = _instance_key(query["filter"] or {})
    try:
        elements = _elements(actor, key)
    except NotFound:  # a search finds nothing where there is nothing to see
        elements = []
    found = _listing.page_of(elements, query)
    return {"items": [{**asdict(item), "has_incident": item.has_incident} for item in found.items], "page": found.page}


def _instance_key(filters: Mapping[str, Any]) -> int:
    """The instance that a search speaks of.

    Raises:
        NotOffered: none is named.
    """
    if "process_instance_key" in filters:
        return int(filters["process_instance_key"])
    if "element_instance_key" in filters:
        key = int(filters["element_instance_key"])
        return db.session.scalar(select(UserTask.instance_key).where(UserTask.key == key)) or key
    raise NotOffered("a search for element instances without 'processInstanceKey'")


def _elements(actor: Actor, key: int) -> list[Element]:
    """All element instances of a process instance, as its history tells them.

    Raises:
        NotFound: none, or outside the actor's scope.
    """
    about = queries.instance(actor, key)
    model = definition(about.definition_key).model
    tasks, incidents = task_keys(key), _open_incidents(key)
    unseen = frozenset() if policies.sees_values(actor, about.owner_group) else hidden(actor, model)
    found: dict[int, Element] = {}
    for event in queries.history(actor, key):
        for kind, element, token, details in event.entries:
            if kind == "migrated":
                _follow(found, details["moves"], model)
            elif kind == "entered" and element is not None:
                info = model.elements.get(element)
                found[token] = Element(
                    element_instance_key=element_key(key, token, tasks),
                    element_id=element,
                    element_name=(info and info.name) or element,
                    type=TYPES.get(info.kind if info else "", "UNKNOWN"),
                    start_date=event.at,
                    process_instance_key=key,
                    root_process_instance_key=about.root_key,
                    process_definition_id=about.process_id,
                    process_definition_key=about.definition_key,
                    incident_key=incidents.get(token),
                )
            elif kind in ("completed", "cancelled") and token in found:
                found[token].state = COMPLETED if kind == "completed" else TERMINATED
                found[token].end_date = event.at
    return [one for one in found.values() if one.element_id in model.elements and one.element_id not in unseen]


def _follow(found: Mapping[int, Element], moves: Sequence[Mapping[str, Any]], model: ProcessModel) -> None:
    """Live elements that a migration gave another id."""
    for move in moves:
        element, info = found.get(move["token"]), model.elements.get(move["to"])
        if element is not None and info is not None:
            element.element_id, element.element_name, element.type = info.id, info.name or info.id, TYPES[info.kind]


def hidden(actor: Actor, model: ProcessModel) -> frozenset[str]:
    """Elements of which the actor must not learn that they were reached (property `visible_to`)."""
    every = model.elements.values()
    return frozenset(i.id for i in every if not policies.sees_step(actor, i.properties.get("visible_to", "")))


def _open_incidents(key: int) -> dict[int, int]:
    query = select(Incident.token, Incident.key).where(Incident.instance_key == key, Incident.resolved_at.is_(None))
    return {row.token: row.key for row in db.session.execute(query)}
