"""What to draw or write instead of what other tools know and this one does not run: (code, word) -> (Russian, English).

The word is what the finding mentions: a tag, an attribute of Camunda 7, a kind of event.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ROLE = "выберите роль в поле «Роль»", "choose a role in the field “Role”"
_FORM = "выберите форму в поле «Форма»", "choose a form in the field “Form”"
_TYPE = (
    "выберите «Тип задания» из списка",
    "choose from the list “What the program does”",
)
_CALL = "выберите решение или процесс из списка", "choose a decision or process from the list"
_NEEDLESS = "удалите: здесь это не нужно", "delete it: it is not needed here"
_MAPPING = "задайте входы и выходы", "set inputs and outputs"
_DUE = "задайте поле «Срок, рабочих дней»", "set the field “Deadline, working days”"
_LOOP = (
    "задайте список, по которому повторяется шаг",
    "set the list over which the step is repeated",
)
_LISTENER = "нарисуйте отдельную задачу там, где слушатель срабатывал", "draw a task where the listener worked"
_SCRIPT = "запишите выражение на FEEL в задаче-скрипте", "write FEEL in a script task"
_PROPERTIES = "перенесите в «Свойства платформы»", "move it to the extension properties"

_CAMUNDA7_ROWS = (
    ("assignee candidateUsers candidateGroups potentialStarter candidateStarterGroups", _ROLE),
    ("formKey formRef formData formField formHandlerClass formRefBinding", _FORM),
    ("class delegateExpression expression type topic connector resultVariable", _TYPE),
    ("decisionRef decisionRefBinding mapDecisionResult calledElementBinding", _CALL),
    ("asyncBefore asyncAfter exclusive historyTimeToLive isStartableInTasklist", _NEEDLESS),
    ("jobPriority failedJobRetryTimeCycle diagramRelationId versionTag", _NEEDLESS),
    ("inputOutput inputParameter outputParameter in out list entry map", _MAPPING),
    ("dueDate followUpDate", _DUE),
    ("collection elementVariable", _LOOP),
    ("executionListener taskListener", _LISTENER),
    ("script resource", _SCRIPT),
    ("properties property", _PROPERTIES),
)
_CAMUNDA7 = {word: hint for words, hint in _CAMUNDA7_ROWS for word in words.split()}

_ELEMENTS: dict[str, tuple[str, str]] = {
    "complexGateway": ("возьмите шлюз «или» с условиями", "use an inclusive gateway with conditions"),
    "adHocSubProcess": (
        "нарисуйте обычный подпроцесс с шагами по порядку или рядом",
        "draw a plain sub-process with its steps in order or side by side",
    ),
    "transaction": (
        "нарисуйте обычный подпроцесс с граничным событием ошибки и компенсацией",
        "draw a plain sub-process with an error boundary event and compensation",
    ),
    "callConversation": ("нарисуйте сообщение между процессами", "draw a message between the processes"),
    "choreographyTask": ("нарисуйте задачу в каждом из процессов", "draw a task in each of the processes"),
}

_EVENTS: dict[str, tuple[str, str]] = {
    "cancel": ("возьмите событие ошибки", "use an error event"),
    "multiple": ("поставьте по событию на каждый случай", "put one event for each case"),
    "parallelMultiple": ("поставьте события одно за другим", "put the events one after the other"),
    "conditional": ("возьмите таймер или сообщение", "use a timer or a message"),
}

_BY_CODE = {"camunda7": _CAMUNDA7, "unsupported_element": _ELEMENTS, "unsupported_event": _EVENTS}


def instead(code: str, params: Mapping[str, Any]) -> tuple[str, str] | None:
    """What to do instead (Russian, English); None where the sentence itself says it."""
    word = str(params.get("attribute") or params.get("tag") or params.get("kind") or "")
    return _BY_CODE.get(code, {}).get(word.rpartition(":")[2])
