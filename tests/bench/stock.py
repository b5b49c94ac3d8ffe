"""The naive way, for comparison: stock SpiffWorkflow with its JSON serialiser, the whole workflow each way.

The same diagrams with their FEEL written as Python, since stock SpiffWorkflow runs nothing else.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

MODELS = Path(__file__).parent / "models"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
TABLES = """
CREATE TABLE IF NOT EXISTS stock_instance (id bigserial PRIMARY KEY, state text NOT NULL);
CREATE TABLE IF NOT EXISTS stock_task (instance bigint, task text, name text, PRIMARY KEY (instance, task));
CREATE TABLE IF NOT EXISTS stock_history (
    id bigserial PRIMARY KEY, instance bigint, task text, data jsonb, at timestamptz DEFAULT now());
"""


def spec_of(name: str) -> tuple[Any, Any]:
    """A model's specs as stock SpiffWorkflow reads them."""
    root = etree.parse(str(MODELS / f"{name}.bpmn"))
    for task in root.iter(f"{BPMN}scriptTask"):
        script = next(task.iter(f"{ZEEBE}script"))
        etree.SubElement(
            task, f"{BPMN}script"
        ).text = f"{script.get('resultVariable')} = {script.get('expression')[1:]}"
    for condition in root.iter(f"{BPMN}conditionExpression"):
        condition.text = condition.text.lstrip("=")
    for duration in root.iter(f"{BPMN}timeDuration"):
        duration.text = f'"{duration.text}"'
    for loop in root.iter(f"{BPMN}multiInstanceLoopCharacteristics"):
        loop.clear()
        etree.SubElement(loop, f"{BPMN}loopDataInputRef").text = "items"
        etree.SubElement(loop, f"{BPMN}inputDataItem", name="item", id="item")
    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(etree.tostring(root)))
    return parser.get_spec(name), parser.get_subprocess_specs(name)


class Stock:
    """Instances kept as JSON text in PostgreSQL, one row each."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url)
        with self.connection.transaction():
            self.connection.execute(TABLES)
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())

    def start(self, name: str, data: dict[str, Any] | None = None) -> int:
        """Start an instance and keep it."""
        workflow = BpmnWorkflow(*spec_of(name))
        first = workflow.get_tasks(state=TaskState.READY)[0]
        first.data.update(data or {})
        workflow.do_engine_steps()
        with self.connection.transaction():
            row = self.connection.execute("INSERT INTO stock_instance (state) VALUES ('') RETURNING id").fetchone()
            assert row is not None
            self._save(row[0], workflow)
        return int(row[0])

    def complete(self, instance: int, data: dict[str, Any] | None = None) -> bool:
        """Complete one open task as an application would: load, run, save, tasks, history, commit.

        Returns:
            Whether the instance goes on.
        """
        with self.connection.transaction():
            row = self.connection.execute(
                "SELECT state FROM stock_instance WHERE id = %s FOR UPDATE", (instance,)
            ).fetchone()
            assert row is not None
            workflow = self.serializer.deserialize_json(row[0])
            task = next(iter(workflow.get_tasks(state=TaskState.READY, manual=True)))
            task.data.update(data or {})
            task.run()
            workflow.do_engine_steps()
            workflow.refresh_waiting_tasks()
            self.connection.execute(
                "INSERT INTO stock_history (instance, task, data) VALUES (%s, %s, %s)",
                (instance, task.task_spec.bpmn_id, json.dumps({"task": str(task.id)})),
            )
            self._save(instance, workflow)
        return not workflow.is_completed()

    def _save(self, instance: int, workflow: BpmnWorkflow) -> None:
        state = self.serializer.serialize_json(workflow)
        self.connection.execute("UPDATE stock_instance SET state = %s WHERE id = %s", (state, instance))
        ready = [
            (instance, str(t.id), t.task_spec.bpmn_name) for t in workflow.get_tasks(state=TaskState.READY, manual=True)
        ]
        self.connection.execute("DELETE FROM stock_task WHERE instance = %s", (instance,))
        with self.connection.cursor() as cursor:
            cursor.executemany("INSERT INTO stock_task VALUES (%s, %s, %s)", ready)

    def completions(self, name: str, count: int) -> Iterator[Completion]:
        """Calls that complete one task each, of an instance after the other."""
        current: list[int] = []
        return (Completion(self, name, current) for _ in range(count))

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


class Completion:
    """Completes the next task; a new instance is started, not timed, when the last one is over."""

    def __init__(self, stock: Stock, name: str, current: list[int]) -> None:
        self.stock, self.name, self.current = stock, name, current

    def prepare(self) -> None:
        """Have an instance with an open task."""
        if not self.current:
            self.current.append(self.stock.start(self.name))

    def __call__(self) -> None:
        if not self.stock.complete(self.current[-1]):
            self.current.pop()


def failing_round(limit: int = 400) -> int | None:
    """In which round of the loop stock SpiffWorkflow silently ends the instance; None when it does not."""
    workflow = BpmnWorkflow(*spec_of("loop"))
    workflow.get_tasks(state=TaskState.READY)[0].data["limit"] = limit
    workflow.do_engine_steps()
    for number in range(1, limit + 1):
        ready = list(workflow.get_tasks(state=TaskState.READY, manual=True))
        if not ready:
            return number
        ready[0].run()
        workflow.do_engine_steps()
    return None
