"""Element instances as the API names them: keys, types and states.

A user task's element instance has the key of the task. Other elements have no rows: theirs is a stable number made from
the instance and its token.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Text, cast, func, literal, select, type_coerce
from sqlalchemy.dialects.postgresql import BIT

from app.engine.models import UserTask
from app.kernel.db import db

KEY_BITS = 2**63 - 1
ACTIVE, COMPLETED, TERMINATED = "ACTIVE", "COMPLETED", "TERMINATED"
STATES = (ACTIVE, COMPLETED, TERMINATED)
TYPES = {
    "adHocSubProcess": "AD_HOC_SUB_PROCESS",
    "boundaryEvent": "BOUNDARY_EVENT",
    "businessRuleTask": "BUSINESS_RULE_TASK",
    "callActivity": "CALL_ACTIVITY",
    "endEvent": "END_EVENT",
    "eventBasedGateway": "EVENT_BASED_GATEWAY",
    "exclusiveGateway": "EXCLUSIVE_GATEWAY",
    "inclusiveGateway": "INCLUSIVE_GATEWAY",
    "intermediateCatchEvent": "INTERMEDIATE_CATCH_EVENT",
    "intermediateThrowEvent": "INTERMEDIATE_THROW_EVENT",
    "manualTask": "MANUAL_TASK",
    "parallelGateway": "PARALLEL_GATEWAY",
    "process": "PROCESS",
    "receiveTask": "RECEIVE_TASK",
    "scriptTask": "SCRIPT_TASK",
    "sendTask": "SEND_TASK",
    "serviceTask": "SERVICE_TASK",
    "startEvent": "START_EVENT",
    "subProcess": "SUB_PROCESS",
    "task": "TASK",
    "userTask": "USER_TASK",
}
"""BPMN tags in Camunda's words."""


def stable_number(text: str) -> int:
    """A positive 63-bit number that stands for a text."""
    digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return int(digest[:16], 16) & KEY_BITS


def stable_number_column(text: Any) -> Any:
    """`stable_number` in SQL."""
    bits = cast(cast(literal("x").concat(func.substr(func.md5(text), 1, 16)), BIT(64)), BigInteger)
    return type_coerce(bits.bitwise_and(KEY_BITS), BigInteger)


def task_keys(instance_key: int) -> dict[int, int]:
    """Keys of an instance's user tasks by token."""
    rows = db.session.execute(select(UserTask.token, UserTask.key).where(UserTask.instance_key == instance_key))
    return {row.token: row.key for row in rows}


def element_key(instance_key: int, token: int | None, tasks: Mapping[int, int]) -> int:
    """The key of the element instance of a token; of the process instance itself for None.

    Args:
        tasks: `task_keys` of the instance.
    """
    if token is None:
        return instance_key
    return tasks.get(token) or stable_number(f"{instance_key}/{token}")


def element_key_column(instance_key: Any, token: Any) -> Any:
    """`element_key` in SQL, for columns of an instance's key and a token."""
    task = select(UserTask.key).where(UserTask.instance_key == instance_key, UserTask.token == token).limit(1)
    number = stable_number_column(func.concat(instance_key, "/", cast(token, Text)))
    return func.coalesce(task.scalar_subquery(), number)
