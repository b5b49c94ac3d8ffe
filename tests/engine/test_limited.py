"""Reading in a child process that can be killed."""

from __future__ import annotations

import sys

import pytest

from app.engine.bpmn import ModelError, limited, read_definitions, read_definitions_limited
from tests.engine.drawing import Drawing, line


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
    ("child", "code"),
    [
        ("print('ready', flush=True); import itertools; all(itertools.repeat(1))", "timed_out"),
        ("print('ready', flush=True)", "reader_died"),
        ("raise SystemExit(1)", "reader_died"),
    ],
    ids=["hangs", "answers nothing", "does not start"],
)
def test_a_child_that_fails_is_a_finding(child: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "COMMAND", (sys.executable, "-c", child))
    with pytest.raises(ModelError) as refused:
        read_definitions_limited(line("u").document(), seconds=0.3)
    assert [finding.code for finding in refused.value.findings] == [code]
