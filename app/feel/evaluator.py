"""FEEL: compile once, evaluate several expressions in one crossing into V8.

Why V8: `feelin` is the library that the browser's editors use, so an expression means the same everywhere, and V8
is a sandbox with limits of time and memory. After a limit was hit the context is made anew; programs find out by
its generation and compile again.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from app.feel.errors import FeelError
from app.feel.shortcut import SLOW, Lookup, shortcut
from app.feel.v8 import V8
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
        self.v8 = V8(time_limit, memory_limit)
        self._programs: OrderedDict[tuple[str, str], Program] = OrderedDict()

    def close(self) -> None:
        """Drop the V8 context; the next use opens a new one."""
        self.v8.close()

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
        with self.v8.lock:
            answer = self.v8.call("feelCompile", repr(program.source), program.source, program.kind)
            if "error" in answer:
                error = FeelError(f"{program.source!r}: {answer['error']}")
                error.position = answer["position"]
                raise error
            program.names = tuple(answer["names"])
            program.id, program.generation = answer["id"], self.v8.generation

    def _id(self, program: Program) -> int:
        """The program's number in the present context; the caller holds the lock."""
        if program.generation != self.v8.generation:
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
        time = self._time(programs)
        with self.v8.lock:
            self.v8.context()
            identified: list[Any] = [self._id(program) for program in programs]
            if mode == "chain":
                identified = [[number, step[1]] for number, step in zip(identified, steps, strict=True)]  # type: ignore[index]
            answer = self.v8.call("feelRun", what, _dump({"c": context, "m": mode, "p": identified, **time}))
        return [(value, warning) for value, warning in answer]

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
        time = self._time(programs)
        with self.v8.lock:
            self.v8.context()
            request = {
                "c": context,
                "i": [self._id(program) for program in inputs],
                "k": list(types) if types is not None else [None] * len(inputs),
                "r": [[None if cell is None else self._id(cell) for cell in rule] for rule in rules],
                **time,
            }
            answer = self.v8.call("feelMatch", "decision table", _dump(request))
        return answer["v"], answer["m"]

    def _time(self, programs: Iterable[Program]) -> dict[str, str]:
        """The local wall time, for programs that read it."""
        if not any(name in ("now", "today") for program in programs for name in program.names):
            return {}
        local = self.now().astimezone(self.zone).replace(tzinfo=None).isoformat(timespec="milliseconds")
        return {"t": f"{local}@{self.zone.key}"}

    def function_names(self) -> frozenset[str]:
        """The names of all built-in functions, ours among them."""
        return frozenset(self.v8.call("feelFunctionNames", "functions"))

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
        self.v8.prepare(f"calendar {name}", f"feelCalendar({json.dumps(text)})")


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
