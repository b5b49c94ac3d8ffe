"""Placing the boxes of a map in layers from left to right, with few crossings (grandalf: Sugiyama's method)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from grandalf.graphs import Edge, Graph, Vertex
from grandalf.layouts import SugiyamaLayout

WIDTH, HEIGHT = 230, 56
"""Size of a box, px."""
_BETWEEN_LAYERS, _BETWEEN_BOXES, _LANE, _MARGIN = 90, 18, 10, 20
_PASSES = 12

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Placed:
    """A drawn graph, px: `boxes` name -> left upper corner; `lines` (source, target) -> SVG path from side to side."""

    width: float
    height: float
    boxes: dict[str, Point]
    lines: dict[tuple[str, str], str]


@dataclass(slots=True)
class _Box:
    """What the layout asks of a vertex. Its layers lie above each other, ours side by side: sizes and places turn."""

    w: float = HEIGHT
    h: float = WIDTH
    xy: Point = (0.0, 0.0)


class _Line:
    """What the layout asks of an edge: it hands over the points that the line goes through."""

    def __init__(self) -> None:
        self.points: list[Point] = []

    def setpath(self, points: Iterable[Point]) -> None:
        """Take the points."""
        self.points = list(points)


class _Vertex(Vertex):  # type: ignore[misc]
    """A vertex that the layout's sets hold by its number, not by its place in memory: each time in the same order."""

    def __init__(self, name: str, number: int) -> None:
        self.number = number
        super().__init__(name)

    def __hash__(self) -> int:
        return self.number


class _Edge(Edge):  # type: ignore[misc]
    """An edge, held likewise."""

    def __init__(self, ends: tuple[_Vertex, _Vertex], number: int) -> None:
        self.number = number
        super().__init__(*ends)

    def __hash__(self) -> int:
        return self.number


def place(names: Collection[str], pairs: Collection[tuple[str, str]]) -> Placed:
    """Place boxes and lines; the same graph is always placed alike.

    Args:
        names: of the boxes.
        pairs: (source, target) among them; a box's line to itself is left out.
    """
    vertices = {name: _Vertex(name, number) for number, name in enumerate(sorted(names))}
    edges = [_Edge((vertices[a], vertices[b]), number) for number, (a, b) in enumerate(sorted(set(pairs))) if a != b]
    for vertex in vertices.values():
        vertex.view = _Box()
    for edge in edges:
        edge.view = _Line()
    boxes: dict[str, Point] = {}
    lines: dict[tuple[str, str], str] = {}
    bottom = float(_MARGIN)
    for part in sorted(Graph(list(vertices.values()), edges).C, key=lambda part: -part.order()):
        bottom = _place_part(part, bottom, boxes, lines)
    right = max((x + WIDTH for x, _y in boxes.values()), default=0)
    return Placed(right + _MARGIN, bottom, boxes, lines)


def _place_part(part: Any, top: float, boxes: dict[str, Point], lines: dict[tuple[str, str], str]) -> float:
    """Place what hangs together below what is placed already; returns where it ends."""
    layout = SugiyamaLayout(part)
    layout.xspace, layout.yspace = _BETWEEN_BOXES, _BETWEEN_LAYERS
    layout.dw = layout.dh = _LANE
    layout.init_all(roots=[vertex for vertex in part.sV if not vertex.e_in()] or None)
    layout.draw(_PASSES)
    left = min(vertex.view.xy[1] for vertex in part.sV) - WIDTH / 2
    points = [vertex.view.xy[0] for vertex in part.sV]
    points += [x for edge in part.sE for x, _y in edge.view.points]
    upper = min(points) - HEIGHT / 2

    def turned(x: float, y: float) -> Point:
        return round(y - left + _MARGIN, 1), round(x - upper + top, 1)

    for vertex in part.sV:
        x, y = turned(*vertex.view.xy)
        boxes[vertex.data] = (x - WIDTH / 2, y - HEIGHT / 2)
    for edge in part.sE:
        ends = edge.v[0].data, edge.v[1].data
        lines[ends] = _curve([turned(*point) for point in edge.view.points])
    return max(y for _x, y in (turned(*vertex.view.xy) for vertex in part.sV)) + HEIGHT / 2 + _MARGIN


def _curve(points: list[Point]) -> str:
    """A smooth line that leaves and reaches the boxes at the middle of a side."""
    forward = points[0][0] <= points[-1][0]
    half = WIDTH / 2 if forward else -WIDTH / 2
    (x, y), (last_x, last_y) = points[0], points[-1]
    course = [(x + half, y), *points[1:-1], (last_x - half, last_y)]
    said = [f"M{course[0][0]:g},{course[0][1]:g}"]
    for (ax, ay), (bx, by) in pairwise(course):
        middle = (ax + bx) / 2
        said.append(f"C{middle:g},{ay:g} {middle:g},{by:g} {bx:g},{by:g}")
    return " ".join(said)
