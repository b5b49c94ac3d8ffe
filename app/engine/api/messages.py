"""Messages and signals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.api import Blueprint, NotOffered, current_actor
from app.engine import operations
from app.engine.api.shapes.messages import (
    MessageCorrelation,
    MessageCorrelationResult,
    MessagePublication,
    MessagePublicationResult,
    SignalBroadcast,
    SignalBroadcastResult,
)
from app.kernel.ids import next_key

blueprint = Blueprint("messages", __name__, url_prefix="/v2", description="Messages and signals.")


@blueprint.route("/messages/publication", methods=["POST"])
@blueprint.arguments(MessagePublication)
@blueprint.response(200, MessagePublicationResult)
def publish_message(body: Mapping[str, Any]) -> dict[str, Any]:
    """Publish a message

    One instance of each process that waits for name and correlation key takes it.
    """
    _no_business_id(body)
    ttl = timedelta(milliseconds=body["time_to_live"]) if body["time_to_live"] else None
    key = operations.publish_message(
        current_actor(),
        body["name"],
        body["correlation_key"],
        body["variables"] or {},
        ttl=ttl,
        message_id=body["message_id"] or None,
    )
    return {"message_key": key}


@blueprint.route("/messages/correlation", methods=["POST"])
@blueprint.arguments(MessageCorrelation)
@blueprint.response(200, MessageCorrelationResult)
def correlate_message(body: Mapping[str, Any]) -> dict[str, Any]:
    """Correlate a message

    It is delivered at once to the first who waits for it; 404 when nobody does.
    """
    _no_business_id(body)
    instance = operations.correlate_message(
        current_actor(), body["name"], body["correlation_key"], body["variables"] or {}
    )
    return {"message_key": next_key(), "process_instance_key": instance}


def _no_business_id(body: Mapping[str, Any]) -> None:
    if body["business_id"]:
        raise NotOffered("'businessId' with a message")


@blueprint.route("/signals/broadcast", methods=["POST"])
@blueprint.arguments(SignalBroadcast)
@blueprint.response(200, SignalBroadcastResult)
def broadcast_signal(body: Mapping[str, Any]) -> dict[str, Any]:
    """Broadcast a signal

    To every instance that waits for it now, and to signal start events.
    """
    return {"signal_key": operations.broadcast_signal(current_actor(), body["signal_name"], body["variables"] or {})}
