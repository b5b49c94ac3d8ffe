"""User tasks by the unmodified `camunda-orchestration-sdk`: completing, claiming, dates, searches."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from camunda_orchestration_sdk import errors, models
from camunda_orchestration_sdk import semantic_types as t
from camunda_orchestration_sdk.models import DeploymentResult

from tests.api.conftest import Connect
from tests.api.sdk import complete, start, task_of, tasks


@pytest.fixture(autouse=True)
def _models(deployed: DeploymentResult) -> None:
    """Every test of this module works on the deployed models."""


def test_a_wrong_value_is_refused_and_nothing_happens(connect: Connect) -> None:
    instance = start(connect, "teacher", "api_request")
    task = task_of(connect, "teacher", instance)
    for values in ({"hours": 36}, {"title": "x", "hours": 500}, {"title": "x", "hours": "many"}):
        with pytest.raises(errors.BadRequestError) as refused:
            complete(connect, "teacher", task, **values)
        assert isinstance(refused.value.parsed, models.ProblemDetail)
        assert refused.value.parsed.additional_properties["errors"]
    assert task_of(connect, "teacher", instance).user_task_key == task.user_task_key


def test_a_second_completion_is_a_conflict(connect: Connect) -> None:
    instance = start(connect, "teacher", "api_request")
    task = task_of(connect, "teacher", instance)
    complete(connect, "teacher", task, title="x")
    with pytest.raises(errors.ConflictError):
        complete(connect, "teacher", task, title="x")


def test_claim_release_and_override(connect: Connect) -> None:
    instance = start(connect, "teacher", "api_request")
    task = task_of(connect, "teacher", instance)
    key = task.user_task_key
    mine = models.UserTaskAssignmentRequest(assignee="colleague", allow_override=False)
    connect("colleague").assign_user_task(key, data=mine)
    theirs = models.UserTaskAssignmentRequest(assignee="teacher", allow_override=False)
    with pytest.raises(errors.ConflictError):
        connect("teacher").assign_user_task(key, data=theirs)
    with pytest.raises(errors.NotFoundError):
        connect("stranger").unassign_user_task(key)
    connect("colleague").unassign_user_task(key)
    assert connect("teacher").get_user_task(key).assignee is None
    connect("head").assign_user_task(key, data=models.UserTaskAssignmentRequest(assignee="colleague"))
    connect("head").assign_user_task(key, data=models.UserTaskAssignmentRequest(assignee="teacher"))
    assert connect("teacher").get_user_task(key).assignee == "teacher"
    with pytest.raises(errors.BadRequestError):
        connect("head").assign_user_task(key, data=models.UserTaskAssignmentRequest(assignee=""))


def test_update_of_dates_and_priority(connect: Connect) -> None:
    instance = start(connect, "teacher", "api_request")
    key = task_of(connect, "teacher", instance).user_task_key
    due = datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC)
    change = models.UserTaskUpdateRequest(changeset=models.Changeset(due_date=due, follow_up_date=due, priority=70))
    connect("head").update_user_task(key, data=change)
    changed = connect("teacher").get_user_task(key)
    assert (changed.due_date, changed.follow_up_date, changed.priority) == (due, due, 70)
    with pytest.raises(errors.BadRequestError):
        connect("head").update_user_task(
            key, data=models.UserTaskUpdateRequest(changeset=models.Changeset(priority=101))
        )
    with pytest.raises(errors.UnexpectedStatus) as refused:
        connect("colleague").update_user_task(key, data=change)
    assert refused.value.status_code == 403


def test_a_visible_task_of_others_is_forbidden(connect: Connect) -> None:
    instance = start(connect, "teacher", "api_request")
    task = task_of(connect, "auditor", instance)
    with pytest.raises(errors.UnexpectedStatus) as refused:
        complete(connect, "auditor", task, title="x")
    assert refused.value.status_code == 403


def test_task_search_filters(connect: Connect) -> None:
    made = [start(connect, "colleague", "api_request", number=n) for n in range(3)]
    keys = [m.process_instance_key for m in made]
    complete(connect, "colleague", task_of(connect, "colleague", made[0]), title="x")
    among = models.AdvancedProcessInstanceKeyFilter(in_=keys)

    def count(**filters: Any) -> int:
        return len(tasks(connect, "colleague", process_instance_key=among, **filters))

    states = models.UserTaskStateExactMatch
    assert count() == 4
    assert count(state=states.CREATED) == 3
    assert count(state=states.COMPLETED) == 1
    assert count(state=states.FAILED) == 0
    assert count(state=models.AdvancedUserTaskStateFilter(like="C*")) == 4
    assert count(candidate_group="school_head") == 1
    assert count(candidate_group=models.AdvancedStringFilter(like="teach*")) == 3
    assert count(candidate_user=models.AdvancedStringFilter(exists=False)) == 4
    assert count(element_id=t.ElementId("approve")) == 1
    assert count(name=models.AdvancedStringFilter(like="Написать*")) == 3
    assert count(priority=models.AdvancedIntegerFilter(gte=50, lt=51)) == 4
    assert count(due_date=models.AdvancedDateTimeFilter(exists=True)) == 3
    assert count(assignee=models.AdvancedStringFilter(exists=True)) == 0
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    assert count(creation_date=models.AdvancedDateTimeFilter(lt=past)) == 0
    assert count(completion_date=models.AdvancedDateTimeFilter(gt=past)) == 1
    one = models.VariableValueFilterProperty(name="number", value="1")
    assert count(process_instance_variables=[one]) == 1
    more = models.VariableValueFilterProperty(name="number", value=models.AdvancedStringFilter(in_=["1", "2"]))
    assert count(process_instance_variables=[more]) == 2
    either = [
        models.UserTaskFilterFields(element_id=t.ElementId("approve")),
        models.UserTaskFilterFields(process_instance_variables=[one]),
    ]
    assert count(or_=either) == 2
    with pytest.raises(errors.ApiError) as refused:
        count(local_variables=[one])
    assert refused.value.status_code == 501


def test_paging_by_cursor_and_by_offset(connect: Connect) -> None:
    made = {start(connect, "teacher", "api_sum", a=1, b=n).process_instance_key for n in range(5)}
    only = models.ProcessInstanceSearchQueryFilter(
        process_instance_key=models.AdvancedProcessInstanceKeyFilter(in_=sorted(made))
    )
    teacher = connect("teacher")
    page: Any = models.LimitBasedPagination(limit=2)
    walked: list[str] = []
    while True:
        result = teacher.search_process_instances(data=models.ProcessInstanceSearchQuery(filter_=only, page=page))
        if not result.items:
            break
        walked += [i.process_instance_key for i in result.items]
        assert result.page.end_cursor is not None
        page = models.CursorBasedForwardPagination(after=result.page.end_cursor, limit=2)
        before = models.CursorBasedBackwardPagination(before=result.page.start_cursor or t.StartCursor(""), limit=9)
    assert walked == sorted(made)
    back = teacher.search_process_instances(data=models.ProcessInstanceSearchQuery(filter_=only, page=before))
    assert [i.process_instance_key for i in back.items] == walked[:4]
    offset = models.OffsetBasedPagination(from_=3, limit=10)
    rest = teacher.search_process_instances(data=models.ProcessInstanceSearchQuery(filter_=only, page=offset))
    assert [i.process_instance_key for i in rest.items] == walked[3:]
    assert rest.page.total_items == 5


def test_variables_of_a_task(connect: Connect) -> None:
    instance = start(connect, "teacher", "api_request", note="общая", long="я" * 9000)
    task = task_of(connect, "teacher", instance)
    teacher = connect("teacher")
    seen = teacher.search_user_task_variables(task.user_task_key).items
    assert sorted((v.name, v.scope_key) for v in seen if v.name in ("long", "note")) == [
        ("long", instance.process_instance_key),
        ("note", instance.process_instance_key),
        ("note", task.user_task_key),
    ]
    effective = teacher.search_user_task_effective_variables(
        task.user_task_key,
        data=models.UserTaskEffectiveVariableSearchQueryRequest(filter_=models.UserTaskVariableFilter(name="note")),
    ).items
    assert [(v.value, v.scope_key) for v in effective] == [('"черновик"', task.user_task_key)]
    cut = next(v for v in seen if v.name == "long")
    assert (cut.is_truncated, len(cut.value)) == (True, 8191)
    whole = teacher.search_user_task_variables(task.user_task_key, truncate_values=False).items
    assert len(next(v for v in whole if v.name == "long").value) == 9002
