"""Web, worker and clock as processes of their own; killing any of them loses nothing."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

from .conftest import Installation, until

MODEL = Path(__file__).with_name("timer.bpmn")
RESTART = Path(__file__).with_name("restart.bpmn")


def _start(leader: httpx.Client, pause: str) -> str:
    answer = leader.post(
        "/v2/process-instances", json={"processDefinitionId": "operation_timer", "variables": {"pause": pause}}
    )
    assert answer.status_code == 200, answer.text
    key: str = answer.json()["processInstanceKey"]
    return key


def _open_tasks(leader: httpx.Client, instance: str) -> list[str]:
    answer = leader.post("/v2/user-tasks/search", json={"filter": {"processInstanceKey": instance, "state": "CREATED"}})
    assert answer.status_code == 200, answer.text
    return [item["userTaskKey"] for item in answer.json()["items"]]


def test_a_process_runs_through_all_parts_and_survives_their_death(installation: Installation) -> None:
    installation.start_missing()
    installation.marshrut("deploy", str(MODEL))
    with installation.client("course_leader") as leader:
        first = _start(leader, "PT1S")
        until(lambda: len(_open_tasks(leader, first)) == 1, 20, "the timer")

        installation.kill("clock", "worker")
        missed = _start(leader, "PT1S")
        installation.kill("web")
        installation.start("web", "worker", "clock")
        until(installation.ready, what="readiness after the kill")
        until(lambda: len(_open_tasks(leader, missed)) == 1, 20, "the missed timer")
        assert len(_open_tasks(leader, first)) == 1, "no task is lost or doubled"

        for instance in (first, missed):
            (task,) = _open_tasks(leader, instance)
            done = leader.post(f"/v2/user-tasks/{task}/completion", json={"variables": {}})
            assert done.status_code == 204, done.text
            again = leader.post(f"/v2/user-tasks/{task}/completion", json={"variables": {}})
            assert again.status_code == 409, again.text
            state = leader.get(f"/v2/process-instances/{instance}").json()["state"]
            assert state == "COMPLETED"
    assert "whole" in installation.marshrut("audit", "verify")


def _tasks(leader: httpx.Client, instance: str, state: str | None = None) -> list[dict[str, str]]:
    wanted = {"processInstanceKey": instance} | ({"state": state} if state else {})
    answer = leader.post("/v2/user-tasks/search", json={"filter": wanted, "page": {"limit": 50}})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, str]] = answer.json()["items"]
    return found


def _complete(leader: httpx.Client, task: str, said: str) -> int:
    return leader.post(f"/v2/user-tasks/{task}/completion", json={"variables": {"said": said}}).status_code


def test_bpm_05_a_restart_in_the_middle_of_a_timer_and_a_multi_instance(installation: Installation) -> None:
    """Everything is killed while a timer runs and one of four answers is given; the timer falls due meanwhile."""
    installation.start_missing()
    installation.marshrut("deploy", str(RESTART))
    with installation.client("course_leader") as leader:
        variables = {"pause": "PT3S", "items": ["a", "b", "c", "d"]}
        answer = leader.post(
            "/v2/process-instances", json={"processDefinitionId": "operation_restart", "variables": variables}
        )
        assert answer.status_code == 200, answer.text
        instance = answer.json()["processInstanceKey"]
        first, *_others = [task["userTaskKey"] for task in _tasks(leader, instance, "CREATED")]
        assert _complete(leader, first, "before") == 204
        installation.kill("web", "worker", "clock")

        installation.start("web", "worker", "clock")
        until(installation.ready, what="readiness after the kill")
        until(lambda: len(_tasks(leader, instance, "CREATED")) == 4, 20, "the timer that fell due meanwhile")
        names = sorted(task["elementId"] for task in _tasks(leader, instance))
        assert names == ["after", "answer", "answer", "answer", "answer"], "no task is lost or doubled"
        assert _complete(leader, first, "again") == 409
        installation.kill("worker", "clock", "web")

        installation.start("web", "worker", "clock")
        until(installation.ready, what="readiness after the second kill")
        for task in _tasks(leader, instance, "CREATED"):
            assert _complete(leader, task["userTaskKey"], task["elementId"]) == 204
        assert leader.get(f"/v2/process-instances/{instance}").json()["state"] == "COMPLETED"
        assert len(_tasks(leader, instance)) == 5, "the timer fired once"
        found = leader.post(
            "/v2/variables/search", json={"filter": {"processInstanceKey": instance, "name": "answers"}}
        )
        (answers,) = [item["value"] for item in found.json()["items"]]
        assert sorted(json.loads(answers)) == ["answer", "answer", "answer", "before"]
    assert "whole" in installation.marshrut("audit", "verify")


def test_all_stop_when_asked(installation: Installation) -> None:
    installation.start_missing()
    processes = dict(installation.running)
    installation.stop()
    codes = {name: process.returncode for name, process in processes.items()}
    assert all(code in (0, -15) for code in codes.values()), codes
