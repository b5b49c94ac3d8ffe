"""Decisions as processes ask for them: which version, evaluated by FEEL, with what an auditor needs to see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.engine.decisions import DecisionAnswer, DecisionError, DecisionModel, evaluate_decision, read_decisions
from app.engine.definitions import Definition, Kept, bound_key
from app.engine.models import DecisionDefinition
from app.engine.runtime.instance import Decide
from app.kernel.db import db
from app.kernel.errors import NotFound

_models = Kept()


def model_of(key: int) -> tuple[DecisionModel, int, str]:
    """The decisions of a definition's file, its version and decision id.

    Raises:
        NotFound: there is none.
    """
    found: tuple[DecisionModel, int, str] = _models.get(key, _read)
    return found


def _read(key: int) -> tuple[DecisionModel, int, str]:
    row = db.session.get(DecisionDefinition, key)
    if row is None:
        raise NotFound
    return read_decisions(row.xml.encode()), row.version, row.decision_id


def made(key: int, variables: Mapping[str, Any]) -> DecisionAnswer:
    """Make a decision in one version.

    Raises:
        DecisionError: it cannot be made.
    """
    model, version, decision_id = model_of(key)
    result = evaluate_decision(model, decision_id, variables)
    return DecisionAnswer.of(result, {"key": str(key), "version": version})


def decider(definition: Definition) -> Decide:
    """What decides for the instances of a definition; its deployment says which versions `deployment` means."""

    def decide(decision_id: str, binding: str, tag: str | None, variables: Mapping[str, Any]) -> DecisionAnswer:
        key = bound_key("decision", decision_id, binding, tag, definition.deployment_key)
        if key is None:
            raise DecisionError(f"the decision {decision_id!r} is not deployed")
        return made(key, variables)

    return decide
