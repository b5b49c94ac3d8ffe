"""DMN: reading decisions and making them.

    model = read_decisions(xml)                                   # ModelError with findings
    result = evaluate_decision(model, "level", {"score": 97})     # DecisionError
    result.value, result.rules, result.inputs, result.required, result.trace()

As Camunda 8: no matching rule gives null; UNIQUE with several matches is an error; R, O, C give lists; several
outputs give a context. A required decision's value is seen under its variable's name and under its id.
`inputValues` are hints for the editor and are not checked. For an instance's `decide` callback:

    def decide(decision_id, binding, version_tag, variables):
        model, version = ...                                      # the host looks it up
        return DecisionAnswer.of(evaluate_decision(model, decision_id, variables), version)
"""

from app.engine.decisions.errors import DecisionError
from app.engine.decisions.evaluation import DecisionAnswer, DecisionResult, evaluate_decision
from app.engine.decisions.model import Decision, DecisionModel
from app.engine.decisions.reader import read_decisions

__all__ = [
    "Decision",
    "DecisionAnswer",
    "DecisionError",
    "DecisionModel",
    "DecisionResult",
    "evaluate_decision",
    "read_decisions",
]
