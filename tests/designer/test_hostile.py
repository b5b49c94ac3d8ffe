"""Bad input of people who design: refused or stopped with a clear sentence in time, and nothing else suffers."""

from __future__ import annotations

import json
import resource
import time
from typing import Any

import pytest

from app.engine.bpmn.limited import SECONDS
from app.engine.queries.checks import check
from app.engine.views import Resource
from app.kernel.db import db
from tests.designer import building
from tests.designer.test_checks import MODEL

MB = 1024 * 1024
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
HEAD, BODY = MODEL.split("\n", 1)
SLOW = "a b " * 4_000
BAD = {
    "broken XML": ("p.bpmn", MODEL[:900].encode(), "xml-broken"),
    "not XML": ("p.bpmn", b"PK\x03\x04", "xml-broken"),
    "another encoding": ("p.bpmn", MODEL.encode("cp1251"), "xml-encoding"),
    "10 MB": ("p.bpmn", (MODEL + "<!--" + "x" * 10 * MB + "-->").encode(), "xml-too-large"),
    "XXE": ("p.bpmn", f"{HEAD}{XXE}{BODY.replace('Спросить', '&a;')}".encode(), "xml-doctype"),
    "billion laughs": ("p.bpmn", f"{HEAD}{LAUGHS}{BODY.replace('Спросить', '&c;')}".encode(), "xml-doctype"),
    "deep": ("p.bpmn", f"{HEAD}{'<a>' * 100}{'</a>' * 100}".encode(), "xml-too-deep"),
    "very deep": ("p.bpmn", f"{HEAD}{'<a>' * 100_000}".encode(), "xml-broken"),
    "many": ("p.bpmn", f"{HEAD}<x>{'<a/>' * 70_000}</x>".encode(), "xml-too-many"),
    "XXE in DMN": ("p.dmn", f"{HEAD}{XXE}<x>&a;</x>".encode(), "xml-doctype"),
    "deep form": ("p.form", b'{"components": ' * 3_000, "form"),
    "expression with an error": (
        "p.bpmn",
        MODEL.replace('=word = "да"', "=word +* 2").encode(),
        "unreadable-expression",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_refused_by_name(region: Any, case: str) -> None:
    name, content, rule = BAD[case]
    said = [each for each in check([Resource(name, content)]) if each.severity == "error"]
    assert [each.rule for each in said] == [rule]
    assert said[0].ru
    assert "/etc/passwd" not in said[0].ru
    assert "root:" not in said[0].ru


def test_a_syntax_error_says_where(region: Any) -> None:
    name, content, _ = BAD["expression with an error"]
    (said,) = [each for each in check([Resource(name, content)]) if each.severity == "error"]
    assert "у 7-го знака («* 2»)" in said.ru
    assert said.element_id == "which"


def _form(expressions: int) -> bytes:
    fields = [
        {"type": "expression", "key": f"f{number}", "id": f"f{number}", "expression": f"={SLOW}{number}"}
        for number in range(expressions)
    ]
    return json.dumps({"type": "default", "id": "slow", "components": fields}).encode()


def test_what_takes_too_long_is_stopped_by_its_own_clock(region: Any) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    (said,) = check([Resource("slow.form", _form(50))])
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert said.rule == "timed-out"
    used = spent.ru_utime + spent.ru_stime - before.ru_utime - before.ru_stime
    assert used < SECONDS + 8  # with the start of the child
    assert check([Resource("probe.form", building.form())]) == []  # the next one is served


@pytest.mark.parametrize("part", ["content", "checks"])
def test_a_request_that_is_too_large_is_not_even_read(browse: Any, part: str) -> None:
    with db.unit_of_work():
        key = building.draft()
    page = browse("designer")
    page.get(f"/designer/drafts/{key}")
    at = _file_of(page, key)
    sent = {"X-CSRFToken": page.token, "Content-Type": "application/xml", "If-Match": '"1"'}
    method = "PUT" if part == "content" else "POST"
    answer = page.client.open(f"{at}/{part}", method=method, data=b"x" * 10 * MB, headers=sent)
    assert answer.status_code in (413, 422)
    assert page.client.get(f"{at}/content").data == building.process()


def _file_of(page: Any, key: int) -> str:
    html = page.get(f"/designer/drafts/{key}").get_data(as_text=True)
    number = html.partition(f"/designer/drafts/{key}/files/")[2].partition('"')[0]
    return f"/designer/drafts/{key}/files/{number}"


def test_a_preview_full_of_slow_expressions_ends_in_time(browse: Any) -> None:
    with db.unit_of_work():
        key = building.draft(name="slow.form", content=_form(50))
    page = browse("designer")
    at = _file_of(page, key)
    began = time.monotonic()
    page.get(f"{at}/preview")
    assert time.monotonic() - began < 20  # 50 of them would take more than a minute
    assert page.get("/designer").status_code == 200
