"""What one of several side by side sets is its own: a school's figures never stand in another school's place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from app.engine.bpmn.dialect import NAMESPACES

from .test_scenarios import MODELS, named

GATHERED = {
    "session_run": {"orders_cert", "protocols", "sheets", "taken", "with_document"},
    "expertise": {"experts"},
    "co_report": {"co_answers"},
}
"""What the parts of a multi-instance hand on to the whole process, on purpose."""
WAITING = ("userTask", "callActivity", "receiveTask")
_MAPPING = "bpmn:extensionElements/zeebe:ioMapping/zeebe:"


@pytest.mark.parametrize("path", MODELS, ids=named)
def test_what_runs_side_by_side_keeps_its_variables_apart(path: Path) -> None:
    for part in etree.fromstring(path.read_bytes()).iterfind(".//bpmn:subProcess", NAMESPACES):
        loop = part.find("bpmn:multiInstanceLoopCharacteristics", NAMESPACES)
        if loop is not None and loop.get("isSequential") != "true":
            own = _targets(part, "input") | {loop.find(".//zeebe:loopCharacteristics", NAMESPACES).get("inputElement")}
            assert set(_leaving(part)) - own <= GATHERED.get(part.get("id"), set()), part.get("id")


@pytest.mark.parametrize("path", MODELS, ids=named)
def test_who_gives_no_answer_has_not_given_the_answer_of_another(path: Path) -> None:
    for loop in etree.fromstring(path.read_bytes()).iterfind(".//bpmn:multiInstanceLoopCharacteristics", NAMESPACES):
        part, settings = loop.getparent(), loop.find(".//zeebe:loopCharacteristics", NAMESPACES)
        if etree.QName(part).localname in WAITING:
            result = settings.get("outputElement", "").removeprefix("=").strip()  # the iteration's own, if a name
            own = _targets(part, "input") | {settings.get("inputElement"), result}
            assert _targets(part, "output") - own <= GATHERED.get(part.get("id"), set()), part.get("id")


def _leaving(part: etree._Element) -> Iterator[str]:
    """Names that elements of a sub-process set and that no scope in between keeps."""
    for element in part.iterfind(".//*", NAMESPACES):
        between = set[str]()
        for scope in element.iterancestors():
            if scope is part:
                break
            between |= _targets(scope, "input")
        yield from _targets(element, "output") - between


def _targets(element: etree._Element, kind: str) -> set[str]:
    return {each.get("target") for each in element.iterfind(f"{_MAPPING}{kind}", NAMESPACES)}
