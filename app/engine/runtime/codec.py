"""The state of an instance <-> bytes: the live tokens and the variables. Specs are never stored.

Encoded rows are cached on the tokens, so that an action encodes only what it touched. Elements are stored by their
position in the spec, with a table of the used names: a definition read again by a newer parser still fits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgpack
import zstandard

from app.engine.runtime.instance import Decide, Instance
from app.engine.runtime.scopes import SubScope
from app.engine.runtime.tokens import Children, Token
from app.engine.timers import DEFAULT_ZONE

FORMAT = 1
"""The format written. Every format ever released keeps a fixture in tests/engine/fixtures that must load."""


class StateError(Exception):
    """A stored state that cannot be read: an unknown format, or an element that the definition does not have."""


class _Own(threading.local):
    """Neither the packer nor the compressors may be shared between threads."""

    def __init__(self) -> None:
        self.pack = msgpack.Packer(use_bin_type=True).pack
        self.press = zstandard.ZstdCompressor(level=1).compress
        self.unpress = zstandard.ZstdDecompressor().decompress


_own = _Own()


def encode(instance: Instance) -> bytes:
    """The state of an instance between two actions."""
    count, names, rows = _rows(instance)
    parts, heads = [rows], []
    for owner, sub in instance.subprocesses.items():
        inner, inner_names, rows = _rows(sub)
        heads.append((owner, sub.spec.name, sub.compensable, inner, inner_names))
        parts.append(rows)
    head = (
        FORMAT,
        instance.count,
        instance.completed,
        instance.start_at,
        instance.data,
        instance.compensable,
        count,
        names,
        heads,
    )
    return _own.press(_own.pack(head) + b"".join(parts))


def _index(spec: Any) -> dict[str, int]:
    """Spec name -> position, kept on the shared spec."""
    index: dict[str, int] | None = spec.__dict__.get("_positions")
    if index is None:
        index = spec.__dict__["_positions"] = {name: n for n, name in enumerate(spec.task_specs)}
    return index


def _rows(scope: Any) -> tuple[int, dict[int, str], bytes]:
    """Number of tokens, the names of their elements by position, the encoded tokens."""
    index, pack, out = _index(scope.spec), _own.pack, []
    names: dict[int, str] = {}
    for token in scope.tasks.values():
        position = index[token.task_spec.name]
        names[position] = token.task_spec.name
        if token.row is None:
            token.row = pack(
                (
                    token.id,
                    token._parent or 0,
                    position,
                    token._state,
                    token.internal_data or 0,
                    0 if token.locals is None else token.locals,
                    token.wait or 0,
                    token.loop,
                )
            )
        out.append(token.row)
    return len(out), names, b"".join(out)


def decode(
    blob: bytes,
    spec: Any,
    subspecs: Mapping[str, Any],
    clock: Callable[[], datetime] | None = None,
    decide: Decide | None = None,
    zone: str = DEFAULT_ZONE,
    rename: Callable[[str], str] | None = None,
) -> Instance:
    """The instance of a stored state.

    Args:
        rename: for a migration: the name of a stored spec -> its name in the given specs.
    Raises:
        StateError: the format is unknown or the state does not fit the definition.
    """
    raw = _own.unpress(blob)
    unpacker = msgpack.Unpacker(strict_map_key=False, raw=False, max_buffer_size=0)
    unpacker.feed(raw)
    head = unpacker.unpack()
    if head[0] != FORMAT:
        raise StateError(f"unknown state format {head[0]!r}")
    _, count, completed, start_at, data, compensable, rows, names, heads = head
    instance = Instance(spec, subspecs, start_at=start_at, clock=clock, decide=decide, zone=zone, restoring=True)
    instance.data, instance.count = data, count
    instance.completed, instance.compensable = completed, compensable
    _load(instance, names, _read_rows(unpacker, raw, rows), rename)
    for owner, name, undoable, inner, inner_names in heads:
        token = instance.get_task_from_id(owner)
        name = rename(name) if rename else name
        if token is None or name not in subspecs:
            raise StateError(f"the sub-process {name!r} is not in the definition")
        sub = instance.subprocesses[owner] = SubScope(subspecs[name], token, instance, restoring=True)
        sub.compensable = undoable
        _load(sub, inner_names, _read_rows(unpacker, raw, inner), rename)
    return instance


def _read_rows(unpacker: Any, raw: bytes, count: int) -> list[tuple[list[Any], bytes]]:
    """The stored tokens with their encoding, so that an action encodes only what it touches."""
    rows, unpack, tell = [], unpacker.unpack, unpacker.tell
    start = tell()
    for _ in range(count):
        row = unpack()
        end = tell()
        rows.append((row, raw[start:end]))
        start = end
    return rows


def _load(
    scope: Any,
    names: dict[int, str],
    rows: list[tuple[list[Any], bytes]],
    rename: Callable[[str], str] | None,
) -> None:
    """Put stored tokens into a scope."""
    if rename:
        names = {position: rename(name) for position, name in names.items()}
    known = scope.spec.task_specs
    try:
        specs = {position: known[name] for position, name in names.items()}
    except KeyError as missing:
        raise StateError(f"the element {missing} is not in the definition") from None
    index = _index(scope.spec)
    fits = all(index[name] == position for position, name in names.items())
    tasks, top, new = scope.tasks, scope.top_workflow, Token.__new__
    for (number, parent, position, state, internal, local, wait, loop), encoded in rows:
        token = new(Token)
        token.__dict__.update(
            id=number,
            workflow=scope,
            _parent=parent or None,
            _children=Children(),
            _state=state,
            triggered=False,
            task_spec=specs[position],
            thread_id=0,
            internal_data=internal or {},
            locals=None if local == 0 else local,
            wait=wait or None,
            loop=loop,
            row=encoded if fits else None,
            last_state_change=0.0,
        )
        tasks[number] = token
        if wait:
            top.register(token)
    for token in tasks.values():
        if token._parent:
            tasks[token._parent]._children[token.id] = None
        else:
            scope.task_tree = token
