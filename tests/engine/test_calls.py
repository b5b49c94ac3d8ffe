"""Several instances: calls, messages, signals, clock; through the in-memory host."""

from __future__ import annotations

import sys
import threading
from datetime import timedelta

from tests.engine.drawing import (
    ERRORS,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    Drawing,
    event_box,
    many,
    mappings,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    on_timer,
)
from tests.engine.host import DEEPEST_CALL, Host
from tests.engine.running import Run


def calls(process: str, everything: bool = True, extra: str = "") -> str:
    """zeebe:calledElement."""
    flag = "" if everything else ' propagateAllChildVariables="false"'
    return f'<zeebe:calledElement processId="{process}"{flag}{extra}/>'


def parent(inner: str = "") -> Drawing:
    drawing = Drawing("par")
    drawing.define(MESSAGE, ERRORS, ESCALATION)
    drawing.start()
    drawing.node(
        "callActivity", "ca", inner, calls("chi", everything=False) + mappings([("=x", "in")], [("=y", "res")])
    )
    drawing.users("z", "h", "esc")
    drawing.end()
    drawing.chain("s", "ca", "z", "e")
    drawing.boundary("be", "ca", on_error)
    drawing.chain("be", "h")
    drawing.boundary("bm", "ca", on_message)
    drawing.flow("bm", "h")
    drawing.boundary("bx", "ca", on_escalation, interrupting=False)
    drawing.flow("bx", "esc")
    return drawing


def child(name: str = "chi") -> Drawing:
    drawing = Drawing(name)
    drawing.define(ERRORS)
    drawing.start()
    drawing.user("c")
    drawing.node("exclusiveGateway", "x", default="dd")
    drawing.end("bad", on_error)
    drawing.end()
    drawing.chain("s", "c", "x")
    drawing.flow("x", "bad", "=fail = true")
    drawing.flow("x", "e", name="dd")
    return drawing


def test_call_activity_is_its_own_instance() -> None:
    host = Host(parent(), child())
    number = host.start("par", {"x": 4, "orderId": 1})
    called = next(one for one, row in host.rows.items() if row["parent"])
    assert host.rows[called]["vars"] == {"x": 4, "orderId": 1, "in": 4}
    assert host.open(number) == ["bm", "ca"]
    host.do("c", "finish", {"y": 9, "junk": 1})
    assert host.statuses() == ["active", "completed"]
    assert host.open() == ["z"]
    assert host.rows[number]["vars"] == {"x": 4, "orderId": 1, "res": 9}


def test_error_in_the_child_reaches_the_parents_boundary() -> None:
    host = Host(parent(), child())
    host.start("par", {"x": 4, "orderId": 1})
    host.do("c", "finish", {"fail": True})
    assert host.open() == ["h"]
    assert host.statuses() == ["active", "terminated"]
    assert not host.incidents


def test_error_that_no_caller_catches_is_an_incident_of_the_child() -> None:
    drawing = Drawing("par")
    drawing.start()
    drawing.node("callActivity", "ca", zeebe=calls("chi"))
    drawing.chain("s", "ca")
    host = Host(drawing, child())
    host.start("par")
    host.do("c", "finish", {"fail": True})
    assert [(number, element) for number, _, element, _ in host.incidents] == [(2, "bad")]
    assert host.statuses() == ["active", "active"]


def test_escalation_reaches_the_calling_instance() -> None:
    drawing = Drawing("chi")
    drawing.define(ESCALATION)
    drawing.start()
    drawing.node("intermediateThrowEvent", "t", on_escalation)
    drawing.user("c")
    drawing.chain("s", "t", "c")
    host = Host(parent(), drawing)
    host.start("par", {"x": 1, "orderId": 1})
    assert host.open() == ["bm", "c", "ca", "esc"]


def test_interrupting_the_call_cancels_child_and_grandchild() -> None:
    middle = Drawing("chi")
    middle.start()
    middle.node("callActivity", "cc", zeebe=calls("gra"))
    middle.end()
    middle.chain("s", "cc", "e")
    host = Host(parent(), middle, child("gra"))
    host.start("par", {"x": 4, "orderId": 1})
    assert len(host.rows) == 3
    host.publish("paid", "1")
    assert host.open() == ["h"]
    assert host.statuses() == ["active", "terminated", "terminated"]


def test_multi_instance_over_call_activities() -> None:
    host = Host(parent(many("=xs", "x", "all", "=res")), child())
    number = host.start("par", {"xs": [1, 2, 3], "orderId": 1})
    assert len(host.rows) == 4
    for k in (3, 2, 1):
        token = next(token for (one, token) in host.waits if one == k + 1)
        host.act(k + 1, "finish", token, {"y": k * 10})
    assert host.rows[number]["vars"]["all"] == [10, 20, 30]
    assert host.open() == ["z"]


def test_self_call_ends_in_an_incident() -> None:
    drawing = Drawing("chi")
    drawing.start()
    drawing.node("callActivity", "ca", zeebe=calls("chi"))
    drawing.end()
    drawing.chain("s", "ca", "e")
    host = Host(drawing)
    host.start("chi")
    assert len(host.rows) == DEEPEST_CALL + 1
    assert len(host.incidents) == 1


def test_many_children_do_not_recurse() -> None:
    drawing = Drawing("par")
    drawing.start()
    drawing.node("callActivity", "ca", many("=xs", "x"), calls("chi"))
    drawing.end()
    drawing.chain("s", "ca", "e")
    called = Drawing("chi")
    called.start()
    called.end()
    called.chain("s", "e")
    host = Host(drawing, called)
    host.start("par", {"xs": list(range(450))})
    assert len(host.rows) == 451
    assert set(host.statuses()) == {"completed"}


def test_child_does_not_write_back_stale_values() -> None:
    drawing = Drawing("par")
    drawing.start()
    drawing.node("parallelGateway", "g")
    drawing.node("callActivity", "ca", zeebe=calls("chi"))
    drawing.users("k", "z")
    drawing.node("parallelGateway", "j")
    drawing.chain("s", "g", "ca", "j", "z")
    drawing.chain("g", "k", "j")
    host = Host(drawing, child())
    number = host.start("par", {"n": 1})
    host.do("k", "finish", {"n": 2})
    host.do("c", "finish", {"own": 3})
    assert host.rows[number]["vars"] == {"n": 2, "own": 3}


def test_binding_reaches_the_wait(cold: bool) -> None:
    drawing = Drawing()
    drawing.start()
    drawing.node("callActivity", "ca", zeebe=calls("chi", extra=' bindingType="versionTag" versionTag="v1"'))
    drawing.chain("s", "ca")
    wait = Run(drawing, cold=cold).wait("ca")
    assert (wait["process"], wait["bindingType"], wait["versionTag"]) == ("chi", "versionTag", "v1")


def catcher(name: str = "p") -> Drawing:
    drawing = Drawing(name)
    drawing.define(MESSAGE)
    drawing.start()
    drawing.node("intermediateCatchEvent", "c", on_message)
    drawing.user("u")
    drawing.end()
    drawing.chain("s", "c", "u", "e")
    return drawing


def test_messages_by_key_once_per_process() -> None:
    host = Host(catcher(), catcher("q"))
    first, other = host.start("p", {"orderId": "A"}), host.start("p", {"orderId": "B"})
    second, foreign = host.start("p", {"orderId": "A"}), host.start("q", {"orderId": "A"})
    host.publish("paid", "A", {"v": 1})
    assert [host.open(number) for number in (first, other, second, foreign)] == [["u"], ["c"], ["c"], ["u"]]


def test_messages_are_buffered_for_their_time() -> None:
    host = Host(catcher())
    host.publish("paid", "Z", {"v": 2}, timedelta(hours=1))
    assert host.open(host.start("p", {"orderId": "Z"})) == ["u"]
    assert host.open(host.start("p", {"orderId": "Z"})) == ["c"]
    host.publish("paid", "Y", {}, timedelta(hours=1))
    host.tick(host.now + timedelta(hours=2))
    assert host.open(host.start("p", {"orderId": "Y"})) == ["c"]


def test_message_to_many_is_sent_once_per_receiver() -> None:
    listener = Drawing("enr")
    listener.define(MESSAGE)
    listener.start()
    listener.user("u")
    listener.end()
    listener.chain("s", "u", "e")
    gone = Drawing("es", "subProcess", triggeredByEvent="true")
    gone.start("ss", on_message)
    gone.end("we")
    gone.chain("ss", "we")
    listener.add(gone)
    sender = Drawing("course")
    sender.define('<bpmn:message id="m2" name="=&quot;paid&quot;"/>')
    sender.start()
    key = '<zeebe:publishMessage correlationKey="=who" messageId="=&quot;c1-&quot; + who"/>'
    sender.node("intermediateThrowEvent", "t", '<bpmn:messageEventDefinition messageRef="m2"/>', key)
    sender.end()
    sender.chain("s", "t", "e")
    host = Host(listener, sender)
    for number in range(3):
        host.start("enr", {"orderId": f"C1:{number}"})
    for number in range(3):
        host.start("course", {"who": f"C1:{number}"})
    assert host.statuses() == ["completed"] * 6


def test_message_and_signal_starts_and_broadcast() -> None:
    by_message = Drawing("st")
    by_message.define(MESSAGE)
    by_message.start("ms", on_message)
    by_message.user("a")
    by_message.chain("ms", "a")
    by_signal = Drawing("ss")
    by_signal.define(SIGNAL)
    by_signal.start("sg", on_signal)
    by_signal.user("b")
    by_signal.chain("sg", "b")
    thrower = Drawing("th")
    thrower.define(SIGNAL)
    thrower.start()
    thrower.user("go")
    thrower.end("se", on_signal)
    thrower.chain("s", "go", "se")
    waiter = Drawing("wa")
    waiter.define(SIGNAL)
    waiter.start()
    waiter.node("intermediateCatchEvent", "c", on_signal)
    waiter.user("cc")
    waiter.chain("s", "c", "cc")
    host = Host(by_message, by_signal, thrower, waiter)
    for process in ("wa", "wa", "th"):
        host.start(process)
    host.publish("paid", "k")
    assert host.open() == ["a", "c", "c", "go"]
    host.do("go")
    assert host.open() == ["a", "b", "cc", "cc"]


def test_two_starts_and_message_starts() -> None:
    drawing = Drawing("enr")
    drawing.define('<bpmn:message id="m1" name="req"/>')
    drawing.start()
    drawing.start("ms", on_message)
    drawing.user("u")
    drawing.chain("s", "u")
    drawing.chain("ms", "u")
    host = Host(drawing)
    host.start("enr")
    host.publish("req", "k")
    host.publish("req", "k2")
    assert host.open() == ["u"] * 3


def test_timer_cycle_by_clock() -> None:
    drawing = Drawing("p")
    drawing.start()
    drawing.users("u", "n")
    drawing.boundary("r", "u", on_timer("timeCycle", "R/P1D"), interrupting=False)
    drawing.chain("s", "u")
    drawing.chain("r", "n")
    host = Host(drawing)
    host.start("p")
    host.tick(host.now + timedelta(days=1))
    assert host.open() == ["n", "r", "u"]
    host.tick(host.now + timedelta(days=9, hours=1))
    assert host.open().count("n") == 2
    assert next(w["due"] for w in host.waits.values() if w["element"] == "r").startswith("2026-01-12")


def test_event_subprocess_with_timer_by_clock() -> None:
    drawing = Drawing("p")
    drawing.start()
    drawing.user("u")
    drawing.end()
    drawing.chain("s", "u", "e")
    drawing.add(event_box("es", on_timer("timeDuration", "P2D"), "late"))
    host = Host(drawing)
    host.start("p")
    host.tick(host.now + timedelta(days=2))
    assert host.open() == ["late"]


def test_threads_share_specs() -> None:
    drawing = Drawing("p")
    drawing.start()
    drawing.user("u", inner=many("=xs", "x", "ys", "=y"))
    drawing.script("t", "=count(ys)", "n")
    drawing.user("z")
    drawing.chain("s", "u", "t", "z")
    models = Host(drawing).models
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(15):
                host = Host()
                host.models = models
                number = host.start("p", {"xs": [1, 2, 3]})
                for _ in range(3):
                    host.do("u", "finish", {"y": 1})
                assert host.open() == ["z"]
                assert host.rows[number]["vars"]["n"] == 3
        except BaseException as failure:
            failures.append(failure)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(before)
    assert failures == []
