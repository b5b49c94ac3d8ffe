"""Processes that call each other in a circle: each round waits for the next, and only the limit of depth ends it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.engine.bpmn import ProcessModel
from app.engine.definitions import definition, latest_key
from app.engine.deployments.files import Defect, File


def call_circles(files: Iterable[File]) -> Iterator[Defect]:
    """A defect at each call of the files that leads back to its own process over others (a process that calls itself
    directly is found by the rule `calls-itself`)."""
    files = list(files)
    own = {model.process_id: model for file in files for model in file.processes}
    for file in files:
        for model in file.processes:
            for reference in model.called("process"):
                way = _way(reference.name, model.process_id, own) if reference.name != model.process_id else None
                if way is not None:
                    info = model.elements.get(reference.element)
                    yield _defect(file.name, reference.element, info.name if info else None, way)


def _way(first: str, home: str, own: dict[str, ProcessModel]) -> list[str] | None:
    """The processes from a called one back to its caller; None when no call leads back."""
    ways = {first: [first]}
    waiting = [first]
    while waiting:
        process = waiting.pop()
        for called in _calls(process, own):
            if called == home:
                return ways[process]
            if called not in ways:
                ways[called] = [*ways[process], called]
                waiting.append(called)
    return None


def _calls(process: str, own: dict[str, ProcessModel]) -> set[str]:
    model = own.get(process)
    if model is None:
        key = latest_key(process)
        model = None if key is None else definition(key).model
    return set() if model is None else {reference.name for reference in model.called("process")}


def _defect(resource: str, element: str, name: str | None, way: list[str]) -> Defect:
    names = " → ".join(way)
    ru = f"Вызовы идут по кругу через {names}: разомкните круг, иначе процессы будут вызывать друг друга без конца."
    en = f"The calls go in a circle through {names}: break it, or the processes call each other without end."
    return Defect(resource, element, name, ru, en, "warning", "call-circle", strict="error")
