"""Making a deployed decision outside of any process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.engine import policies
from app.engine.decisions import DecisionError, DecisionModel, DecisionResult, evaluate_decision
from app.engine.decisions_made import model_of
from app.engine.models import DecisionDefinition
from app.kernel.actor import Actor
from app.kernel.db import db
from app.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A decision that was tried.

    Attributes:
        results: the required decisions and the wanted one, in the order they were made; empty after a failure.
        failure: why it cannot be made, or None.
    """

    definition: DecisionDefinition
    model: DecisionModel
    results: tuple[DecisionResult, ...]
    failure: str | None


def evaluate(
    actor: Actor, variables: Mapping[str, Any], *, key: int | None = None, decision_id: str | None = None
) -> Evaluation:
    """Make a decision of that key, or the latest version of that id. Nothing is written.

    Raises:
        Forbidden: the actor neither deploys models nor operates the engine.
        NotFound: there is no such decision.
    """
    policies.demand(policies.may_operate(actor) or policies.may_deploy(actor))
    query = select(DecisionDefinition).order_by(DecisionDefinition.version.desc()).limit(1)
    named = DecisionDefinition.key == key if key is not None else DecisionDefinition.decision_id == decision_id
    row = db.session.scalar(query.where(named))
    if row is None:
        raise NotFound(_l("There is no such decision."))
    model, _version, _decision = model_of(row.key)
    try:
        result = evaluate_decision(model, row.decision_id, variables)
    except DecisionError as error:
        return Evaluation(row, model, (), str(error))
    return Evaluation(row, model, (*result.required, result), None)
