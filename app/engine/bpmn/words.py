"""Russian for what findings mention by its name in the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WORDS = {
    "activityRef": "отменяемый шаг",
    "bpmn:condition": "условие",
    "bpmn:linkEventDefinition name": "имя ссылки",
    "bpmn:message": "сообщение",
    "bpmn:message name": "имя сообщения",
    "bpmn:signal": "сигнал",
    "bpmn:error": "ошибка",
    "bpmn:escalation": "эскалация",
    "errorCode": "код ошибки",
    "escalationCode": "код эскалации",
    "decision": "решение",
    "decisionTable | literalExpression": "таблица или выражение",
    "formId": "форма",
    "inputData": "входные данные",
    "output": "выход",
    "priority": "приоритет",
    "retries": "число попыток",
    "source": "значение",
    "target": "имя переменной",
    "timeDate | timeDuration | timeCycle": "время",
    "zeebe:calledDecision decisionId": "решение",
    "zeebe:calledDecision resultVariable": "переменная для результата решения",
    "zeebe:calledElement processId": "вызываемый процесс",
    "zeebe:loopCharacteristics inputCollection": "список, по которому повторяется шаг",
    "zeebe:script expression": "выражение",
    "zeebe:script resultVariable": "переменная для результата",
    "zeebe:taskDefinition type": "тип работы",
    "complexGateway": "«сложный шлюз»",
    "adHocSubProcess": "«произвольный подпроцесс»",
    "transaction": "«транзакция»",
    "callConversation": "«вызов обмена сообщениями»",
    "choreographyTask": "«задача хореографии»",
    "cancel": "«отмена»",
    "multiple": "«несколько сразу»",
    "parallelMultiple": "«все сразу»",
    "conditional": "«условие»",
    "error": "«ошибка»",
    "escalation": "«эскалация»",
    "terminate": "«прерывание»",
    "timer": "«таймер»",
    "message": "«сообщение»",
    "signal": "«сигнал»",
    "compensation": "«компенсация»",
    "link": "«ссылка»",
}
_MENTIONED = ("what", "tag", "kind")


def in_russian(params: Mapping[str, Any]) -> dict[str, Any]:
    """What a Russian sentence mentions; what has no Russian word stays as it stands in the file."""
    return {name: _WORDS.get(str(value), value) if name in _MENTIONED else value for name, value in params.items()}
