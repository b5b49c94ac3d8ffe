"""Tables of a DOCX as plain data: columns, merged cells, borders, repeated heads (ECMA-376, 17.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .styles import Styles, W, attribute, points

_SIDES = {"top": "top", "bottom": "bottom", "left": "left", "start": "left", "right": "right", "end": "right"}
_PADDING = {"left": 5.4, "right": 5.4, "top": 0.0, "bottom": 0.0}
"""What Word uses when neither table nor style says it: 0.19 cm at the sides."""
_VALIGN = {"center": "horizon", "bottom": "bottom"}
_EIGHTHS = 8
Cell = dict[str, Any]


def read_table(node: Any, styles: Styles, blocks: Callable[[list[Any]], list[Any]]) -> dict[str, Any]:
    """One `w:tbl`.

    Args:
        blocks: reads what stands in a cell.
    """
    properties = styles.table(node.find(W + "tblPr"))
    widths = [points(one.get(W + "w")) or 0.0 for one in node.findall(f"{W}tblGrid/{W}gridCol")]
    rows = node.findall(W + "tr")
    with styles.inside_table(node.find(W + "tblPr")):
        grid = [_row(row, blocks) for row in rows]
    _merge_down(grid)
    _draw(grid, _borders(properties), len(widths))
    heads = 0
    for row in rows:
        if row.find(f"{W}trPr/{W}tblHeader") is None:
            break
        heads += 1
    return {
        "kind": "table",
        "widths": widths,
        "heads": heads if heads < len(rows) else 0,
        "align": next((found for one in properties if (found := attribute(one.find(W + "jc"), "val"))), "left"),
        "padding": _padding(properties),
        "rows": [{"height": _height(row), "cells": [c for c in cells if not c["covered"]]} for row, cells in
                 zip(rows, grid, strict=True)],
    }  # fmt: skip


def _row(row: Any, blocks: Callable[[list[Any]], list[Any]]) -> list[Cell]:
    found: list[Cell] = []
    at = int(attribute(row.find(f"{W}trPr/{W}gridBefore"), "val") or 0)
    for node in row.iter(W + "tc"):
        if node.getparent() is not row and node.getparent().tag != W + "sdtContent":
            continue  # a cell of a table inside this row
        own = node.find(W + "tcPr")
        span = int(attribute(_of(own, "gridSpan"), "val") or 1)
        merge = _of(own, "vMerge")
        fill = attribute(_of(own, "shd"), "fill")
        found.append(
            {
                "x": at,
                "colspan": span,
                "rowspan": 1,
                "covered": False,
                "merge": None if merge is None else attribute(merge, "val") or "continue",
                "blocks": blocks([one for one in node if one.tag != W + "tcPr"]),
                "valign": _VALIGN.get(attribute(_of(own, "vAlign"), "val") or "", "top"),
                "fill": f"#{fill}" if fill and len(fill) == 6 else None,
                "own": _borders([] if own is None else [own], "tcBorders"),
            }
        )
        at += span
    return found


def _of(properties: Any, tag: str) -> Any:
    return None if properties is None else properties.find(W + tag)


def _merge_down(grid: list[list[Cell]]) -> None:
    """Cells that continue the one above are covered by it."""
    open_cells: dict[int, Cell] = {}
    for row in grid:
        for cell in row:
            above = open_cells.get(cell["x"])
            if cell["merge"] == "continue" and above is not None:
                above["rowspan"] += 1
                cell["covered"] = True
            elif cell["merge"] == "restart":
                open_cells[cell["x"]] = cell
            else:
                open_cells.pop(cell["x"], None)


def _borders(properties: list[Any], tag: str = "tblBorders") -> dict[str, float]:
    """Widths of lines in points by side; 0 is a line that is expressly none."""
    found: dict[str, float] = {}
    for node in properties:
        for line in node.find(W + tag) if node.find(W + tag) is not None else ():
            name = line.tag.removeprefix(W)
            width = 0.0 if line.get(W + "val") in ("nil", "none") else float(line.get(W + "sz") or 4) / _EIGHTHS
            found.setdefault(_SIDES.get(name, name), width)
    return found


def _draw(grid: list[list[Cell]], lines: dict[str, float], columns: int) -> None:
    """Give every cell its four lines: its own, else those of the table."""
    for y, row in enumerate(grid):
        for cell in row:
            last_row = y + cell["rowspan"] >= len(grid)
            last_column = cell["x"] + cell["colspan"] >= columns
            inherited = {
                "top": lines.get("top" if y == 0 else "insideH", 0.0),
                "bottom": lines.get("bottom" if last_row else "insideH", 0.0),
                "left": lines.get("left" if cell["x"] == 0 else "insideV", 0.0),
                "right": lines.get("right" if last_column else "insideV", 0.0),
            }
            cell["lines"] = inherited | {side: width for side, width in cell.pop("own").items() if side in inherited}


def _padding(properties: list[Any]) -> dict[str, float]:
    found = dict(_PADDING)
    for node in reversed(properties):
        margins = node.find(W + "tblCellMar")
        for side in () if margins is None else margins:
            name = _SIDES.get(side.tag.removeprefix(W))
            if name:
                found[name] = points(side.get(W + "w")) or 0.0
    return found


def _height(row: Any) -> float:
    """The least height of a row in points, 0 when its text decides."""
    return points(attribute(row.find(f"{W}trPr/{W}trHeight"), "val")) or 0.0
