"""FEEL: compile once, evaluate several expressions in one crossing into V8. The only place that knows mini-racer.

Why V8: `feelin` is the library that the browser's editors use, so an expression means the same everywhere, and V8
is a sandbox with limits of time and memory. After a limit was hit the context is thrown away and made anew;
programs find out by its generation and compile again.
"""

from __future__ import annotations

import atexit
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from py_mini_racer import JSEvalException, JSOOMException, JSTimeoutException, MiniRacer

from app.feel.shortcut import SLOW, Lookup, shortcut
from app.kernel import clock

TIME_LIMIT = 2.0
"""Seconds one crossing may take."""
MEMORY_LIMIT = 200 * 1024 * 1024
"""Bytes of V8 heap one crossing may grow to."""
MAX_SOURCE = 20_000
"""Characters of one expression."""
CACHED_PROGRAMS = 8192

Mode = Literal["all", "first", "chain"]
Kind = Literal["expression", "unary"]
Result = tuple[Any, str | None]


class FeelError(Exception):
    """An expression that cannot be compiled or evaluated, or whose value has the wrong type.

    Attributes:
        element: the BPMN element whose expression it is, where it differs from the one being run.
    """

    element: str | None = None


class Program:
    """One compiled expression.

    Attributes:
        source: the text without the leading '='.
        names: the variables it reads.
        kind: 'expression', or 'unary' for a cell of a decision table.
    """

    __slots__ = ("generation", "id", "kind", "names", "quick", "source")

    def __init__(self, source: str, kind: Kind) -> None:
        self.source, self.kind = source, kind
        self.id, self.generation = -1, -1
        self.names: tuple[str, ...] = ()
        self.quick: Callable[[Lookup], Any] | None = shortcut(source) if kind == "expression" else None


Step = Program | tuple[Program, str]
"""A program, or (in 'chain' mode) a program and the dotted target its value is assigned to."""


class Feel:
    """A V8 context with its compiled programs. One is enough for a process; it may be shared by threads."""

    def __init__(
        self,
        now: Callable[[], datetime] = clock.now,
        zone: str = "Europe/Moscow",
        time_limit: float = TIME_LIMIT,
        memory_limit: int = MEMORY_LIMIT,
    ) -> None:
        self.now, self.zone = now, ZoneInfo(zone)
        self.time_limit, self.memory_limit = time_limit, memory_limit
        self.generation = 0
        self._v8: MiniRacer | None = None
        self._lock = threading.RLock()
        self._programs: OrderedDict[tuple[str, str], Program] = OrderedDict()
        self._calendars: dict[str, str] = {}

    # -- life of the V8 context
    def _context(self) -> MiniRacer:
        """The V8 context, made when first needed: it must not cross a fork."""
        if self._v8 is None:
            with self._lock:
                if self._v8 is None:
                    self._v8 = self._open()
        return self._v8

    def _open(self) -> MiniRacer:
        bundle = Path(__file__).with_name("feel.js")
        if not bundle.exists():
            raise RuntimeError("app/feel/feel.js is not built: run `node build-feel.mjs` in app/web/ui")
        v8 = MiniRacer()
        atexit.register(v8.close)  # else the process can hang at exit
        v8.eval(bundle.read_text())
        for calendar in self._calendars.values():
            v8.eval(f"feelCalendar({json.dumps(calendar)})")
        self.generation += 1
        return v8

    def close(self) -> None:
        """Drop the V8 context; the next use makes a new one."""
        with self._lock:
            v8, self._v8 = self._v8, None
        if v8 is not None:
            atexit.unregister(v8.close)
            v8.close()

    def _call(self, function: str, request: str, what: str, *more: str) -> Any:
        """Call a function of the bundle with JSON texts, within the limits. -> its JSON answer.

        Raises:
            FeelError: the expression failed, or hit a limit.
        """
        v8 = self._context()
        arguments = ",".join(json.dumps(text) for text in (request, *more))
        try:
            # eval of a string literal costs half of a function call through mini-racer
            answer = v8.eval(f"{function}({arguments})", timeout_sec=self.time_limit, max_memory=self.memory_limit)
        except JSTimeoutException:
            self._forget(v8)
            raise FeelError(f"{what}: took longer than {self.time_limit:g} s") from None
        except JSOOMException:
            self._forget(v8)
            raise FeelError(f"{what}: needs more memory than is allowed") from None
        except JSEvalException as error:
            raise FeelError(f"{what}: {_first_line(error)}") from None
        return json.loads(str(answer))

    def _forget(self, v8: MiniRacer) -> None:
        """Throw away a context that hit a limit (its heap and its programs may be in any state)."""
        with suppress(JSEvalException, JSTimeoutException):
            v8.eval("0", timeout_sec=self.time_limit)  # the stopped call reports to the loop that closing ends
        if self._v8 is v8:
            self.close()

    # -- compiling
    def compile(self, source: str, kind: Kind = "expression") -> Program:
        """The program of an expression without its leading '='; kept for the next call.

        Raises:
            FeelError: a syntax error.
        """
        key = (kind, source)
        program = self._programs.get(key)
        if program is None:
            if len(source) > MAX_SOURCE:
                raise FeelError(f"an expression of more than {MAX_SOURCE} characters")
            program = Program(source, kind)
            self._load(program)
            self._programs[key] = program
            if len(self._programs) > CACHED_PROGRAMS:
                self._programs.popitem(last=False)
        return program

    def _load(self, program: Program) -> None:
        self._context()
        generation = self.generation
        answer = self._call("feelCompile", program.source, repr(program.source), program.kind)
        program.names = tuple(answer["names"])
        program.id, program.generation = answer["id"], generation

    def _id(self, program: Program) -> int:
        if program.generation != self.generation or self._v8 is None:
            self._load(program)
        return program.id

    # -- evaluating
    def run(self, steps: Sequence[Step], lookup: Lookup, mode: Mode = "all") -> list[Result]:
        """Evaluate programs in one crossing.

        Args:
            steps: programs, or (program, target) pairs in 'chain' mode.
            lookup: gives a variable's value or raises KeyError.
            mode: 'all' independent values; 'first' stops at the first true; 'chain' assigns each value to its
                target before the next is evaluated.
        Returns:
            (value, warning or None) per evaluated step; values are JSON, temporal ones as ISO text.
        Raises:
            FeelError: a program failed or hit a limit.
        """
        if mode != "chain" or len(steps) == 1:
            quick = _run_quickly(steps, lookup, mode)
            if quick is not None:
                return quick
        programs = [step if isinstance(step, Program) else step[0] for step in steps]
        context = _context_for(programs, lookup)
        if mode == "chain":
            _add_heads(context, steps, lookup)
        what = "; ".join(program.source for program in programs)
        identified: list[Any] = [self._id(program) for program in programs]
        if mode == "chain":
            identified = [[number, step[1]] for number, step in zip(identified, steps, strict=True)]  # type: ignore[index]
        request = {"c": context, "m": mode, "p": identified, **self._time(programs)}
        return [(value, warning) for value, warning in self._call("feelRun", _dump(request), what)]

    def match(
        self,
        inputs: Sequence[Program],
        rules: Sequence[Sequence[Program | None]],
        lookup: Lookup,
        types: Sequence[str | None] | None = None,
    ) -> tuple[list[Any], list[int]]:
        """Evaluate a decision table's input expressions and cells in one crossing.

        Args:
            inputs: one program per input column.
            rules: per rule one unary-test program per column, None for an irrelevant cell.
            types: per column 'date', 'time', 'dateTime' or 'duration' to read such values from text, else None.
        Returns:
            the input values and the indexes of the rules that match.
        Raises:
            FeelError: an expression failed or hit a limit.
        """
        cells = [cell for rule in rules for cell in rule if cell is not None]
        programs = [*inputs, *cells]
        context = _context_for(programs, lookup)
        request = {
            "c": context,
            "i": [self._id(program) for program in inputs],
            "k": list(types) if types is not None else [None] * len(inputs),
            "r": [[None if cell is None else self._id(cell) for cell in rule] for rule in rules],
            **self._time(programs),
        }
        answer = self._call("feelMatch", _dump(request), "decision table")
        return answer["v"], answer["m"]

    def _time(self, programs: Iterable[Program]) -> dict[str, str]:
        """The local wall time, for programs that read it."""
        if not any(name in ("now", "today") for program in programs for name in program.names):
            return {}
        local = self.now().astimezone(self.zone).replace(tzinfo=None).isoformat(timespec="milliseconds")
        return {"t": f"{local}@{self.zone.key}"}

    def function_names(self) -> frozenset[str]:
        """The names of all built-in functions, ours among them."""
        return frozenset(json.loads(str(self._context().eval("feelFunctionNames()"))))

    # -- calendars
    def set_calendar(self, name: str, holidays: Iterable[date], working: Iterable[date] = ()) -> None:
        """Give the business-day functions a calendar.

        Args:
            name: 'default' is used when an expression names none.
            holidays: days off besides Saturdays and Sundays.
            working: Saturdays and Sundays that are worked (transfers).
        """
        text = _dump(
            {
                "name": name,
                "holidays": [day.isoformat() for day in holidays],
                "working": [day.isoformat() for day in working],
            }
        )
        with self._lock:
            self._calendars[name] = text
            if self._v8 is not None:
                self._v8.eval(f"feelCalendar({json.dumps(text)})")


def _run_quickly(steps: Sequence[Step], lookup: Lookup, mode: Mode) -> list[Result] | None:
    """All answers without V8, or None if one of them needs it."""
    results: list[Result] = []
    for step in steps:
        quick = (step if isinstance(step, Program) else step[0]).quick
        value = SLOW if quick is None else quick(lookup)
        if value is SLOW:
            return None
        results.append((value, None))
        if mode == "first" and value is True:
            break
    return results


def _context_for(programs: Iterable[Program], lookup: Lookup) -> dict[str, Any]:
    """The variables that the programs read."""
    context: dict[str, Any] = {}
    for program in programs:
        for name in program.names:
            if name not in context:
                try:
                    context[name] = lookup(name)
                except KeyError:
                    continue
    return context


def _add_heads(context: dict[str, Any], steps: Sequence[Step], lookup: Lookup) -> None:
    """A nested target must see what is already there: add the first names of dotted targets."""
    for step in steps:
        target = step[1]  # type: ignore[index]
        head = target.split(".")[0]
        if "." in target and head not in context:
            try:
                context[head] = lookup(head)
            except KeyError:
                continue


def _dump(request: Mapping[str, Any]) -> str:
    return json.dumps(request, ensure_ascii=False, default=str)


def _first_line(error: Exception) -> str:
    """The message of a JavaScript error without its stack."""
    for line in str(error).splitlines():
        text = line.strip()
        if "Error: " in text:
            return text.split("Error: ", 1)[1][:200]
    return (str(error).strip().splitlines() or ["failed"])[0][:200]
