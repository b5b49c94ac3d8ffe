"""An instance as it was before it moved, with the effects that lead back there."""

from __future__ import annotations

from app.engine import decisions_made, places
from app.engine.definitions import Definition
from app.engine.live import Head
from app.engine.moving.trial import differences
from app.engine.runtime import Instance, decode


def restored(at: Head, now: Instance, state: bytes, source: Definition) -> Instance:
    """The instance of a kept state.

    Args:
        now: the instance as it stands, on the version that it leaves.
        source: the definition of the kept state.
    """
    model = source.model
    zone = places.zone_of(at.organisation)
    then = decode(state, model.spec, model.subspecs, decide=decisions_made.decider(source), zone=zone)
    then.count = max(then.count, now.count)  # numbers of tokens are never given twice
    effects = list(differences(now, then))
    then.effects += effects
    here = {token.id: token.task_spec.bpmn_id for token in now.every_token()}
    moves = [
        {"token": token.id, "from": here[token.id], "to": token.task_spec.bpmn_id}
        for token in then.every_token()
        if token.task_spec.bpmn_id is not None and token.id in here
    ]
    ends = {kind: [effect[2]["element"] for effect in effects if effect[0] == kind] for kind in ("open", "close")}
    then.note("migrated", None, {"moves": moves, "opens": ends["open"], "closes": ends["close"], "undo": True})
    return then
