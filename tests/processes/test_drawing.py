"""The lint of drawings finds what is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .conftest import ROOT
from .drawing import Drawing

APPROVE = (ROOT / "workflows" / "shared" / "approve.bpmn").read_text()


def moved(element: str, x: int, y: int) -> str:
    """The drawing with a shape somewhere else."""
    pattern = rf'(<bpmndi:BPMNShape id="{element}_di".*?<dc:Bounds )x="\d+" y="\d+"'
    return re.sub(pattern, rf'\1x="{x}" y="{y}"', APPROVE, count=1, flags=re.DOTALL)


EDGE = re.compile(r'<bpmndi:BPMNEdge id="f_register_notify_di".*?</bpmndi:BPMNEdge>', re.DOTALL)
UNNAMED = APPROVE.replace('<bpmn:endEvent id="approved" name="Утверждён">', '<bpmn:endEvent id="approved">')


@pytest.mark.parametrize(
    ("damaged", "finding"),
    [
        (moved("prepare_protocol", 580, 150), "prepare_order and prepare_protocol overlap"),
        (moved("notify", 580, 150), "notify lies outside of lane_signatory"),
        (moved("decide_refused", 760, 340), "f_prepare_order_sign_order runs through decide_refused"),
        (APPROVE.replace('name="Подписан?"', 'name="Подписан"'), "signed: not a question"),
        (UNNAMED, "approved: no name"),
        (EDGE.sub("", APPROVE), "f_register_notify: no line"),
        (re.sub(r'name="да" ', "", APPROVE, count=1), "f_signed_register: an answer without a name"),
    ],
    ids=["overlap", "lane", "crossing", "question", "name", "line", "answer"],
)
def test_finding(damaged: str, finding: str, tmp_path: Path) -> None:
    assert damaged != APPROVE
    file = tmp_path / "approve.bpmn"
    file.write_text(damaged)
    assert finding in list(Drawing(file).findings())


def test_a_good_drawing_has_none(tmp_path: Path) -> None:
    assert list(Drawing(ROOT / "workflows" / "shared" / "approve.bpmn").findings()) == []
