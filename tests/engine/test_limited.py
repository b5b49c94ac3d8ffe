"""Reading in child processes that can be killed."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from app.engine.bpmn import ModelError, limited, read_definitions, read_definitions_limited
from app.engine.bpmn.limited import Pool
from tests.engine.drawing import Drawing, line

HEADER = "import json, sys; print('ready', flush=True); header = json.loads(sys.stdin.buffer.readline()); "


@pytest.fixture
def pool() -> Iterator[Pool]:
    """Children of this test."""
    made = Pool()
    yield made
    made.close()


def test_it_reads_as_in_process() -> None:
    xml = line("u").document()
    (model,) = read_definitions_limited(xml)
    assert model.to_json() == read_definitions(xml)[0].to_json()


def test_findings_come_through() -> None:
    drawing = Drawing()
    drawing.start()
    drawing.node("serviceTask", "x", name="Письмо")
    drawing.chain("s", "x")
    with pytest.raises(ModelError) as refused:
        read_definitions_limited(drawing.document())
    assert [(finding.element_id, finding.code) for finding in refused.value.findings] == [("x", "missing")]


@pytest.mark.parametrize(
    ("child", "seconds", "code"),
    [
        (HEADER + "import itertools; all(itertools.repeat(1))", 0.1, "reader_busy"),
        (HEADER + "import signal; signal.setitimer(signal.ITIMER_PROF, 0.01); any(iter(int, 1))", 1, "timed_out"),
        (HEADER, 1, "reader_died"),
        ("raise SystemExit(1)", 1, "reader_died"),
    ],
    ids=["hangs", "meets its alarm", "answers nothing", "does not start"],
)
def test_a_child_that_fails_is_a_finding(
    child: str, seconds: float, code: str, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited, "COMMAND", (sys.executable, "-c", child))
    with pytest.raises(ModelError) as refused:
        pool.ask({"kind": "bpmn"}, line("u").document(), seconds)
    assert [finding.code for finding in refused.value.findings] == [code]


def test_a_child_is_used_again_and_one_that_left_is_replaced(pool: Pool) -> None:
    xml = line("u").document()
    pool.ask({"kind": "bpmn"}, xml, 5)
    (child,) = pool.idle
    pool.ask({"kind": "bpmn"}, xml, 5)
    assert pool.idle == [child]
    assert child.process.stdin is not None
    child.process.stdin.close()  # as after a long time without a question
    child.process.wait()
    assert "models" in pool.ask({"kind": "bpmn"}, xml, 5)
    assert pool.idle != [child]


def test_a_busy_pool_refuses(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "QUEUE", 0.01)
    with pool.place(), pool.place(), pytest.raises(ModelError) as refused:
        pool.ask({"kind": "bpmn"}, b"", 1)
    assert [finding.code for finding in refused.value.findings] == ["reader_busy"]
