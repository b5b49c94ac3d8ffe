"""Files of definitions: YAML (`indicators: [...]`) and Excel with a row for each; both come back as they went out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml
from flask_babel import lazy_gettext as _l

from app.kernel.errors import Invalid
from app.web import spreadsheets
from app.web.spreadsheets import refused

MEGABYTES = 1
MOST = 1000
COLUMNS = (
    *("code", "title", "unit", "target", "amber_share", "period", "numerator", "denominator"),
    *("organisation", "programme", "origin", "note"),
)
HEADS = dict(
    zip(
        COLUMNS,
        (
            *("Код", "Название", "Единица", "Цель", "Доля жёлтого", "Период", "Числитель", "Знаменатель"),
            *("Владелец", "Программа", "Источник", "Примечание"),
        ),
        strict=True,
    )
)
"""Heads of the Excel columns: Russian in every language, as the import reads them."""
NESTED = ("period", "numerator", "denominator")
"""Columns that hold YAML in one cell."""
Row = tuple[int, Mapping[str, Any] | str]


def read(content: bytes, file_name: str) -> list[Row]:
    """The definitions of a file with their row (from 1; of Excel that of the sheet); a text instead of what is broken.

    Raises:
        Invalid: the file cannot be read, is too large or holds nothing.
    """
    if file_name.lower().endswith(".xlsx"):
        rows = list(_sheet(content, file_name))
    elif file_name.lower().endswith((".yaml", ".yml")):
        rows = list(_yaml_file(content))
    else:
        raise refused(_l("Files of Excel (.xlsx) and YAML (.yaml) can be imported."))
    if not rows:
        raise refused(_l("There is nothing in the file."))
    if len(rows) > MOST:
        raise refused(_l("At most %(most)s indicators can be imported at once.", most=MOST))
    return rows


def _yaml_file(content: bytes) -> Iterator[Row]:
    if len(content) > MEGABYTES * 1024 * 1024:
        raise refused(_l("The file is too large: at most %(most)s MB.", most=MEGABYTES))
    try:
        found = parsed(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, Invalid) as error:
        raise refused(_l("The file is no YAML in UTF-8, or uses parts of YAML that are not allowed.")) from error
    listed = found.get("indicators") if isinstance(found, Mapping) else found
    if not isinstance(listed, list):
        raise refused(_l("The file has no list «indicators»."))
    for number, each in enumerate(listed, start=1):
        yield number, each if isinstance(each, Mapping) else str(_l("An indicator with its properties is expected."))


def parsed(text: str) -> Any:
    """YAML of plain values. References are refused: they can grow without end.

    Raises:
        Invalid: it is none, or nested too deeply.
    """
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise Invalid(_l("References (*) are not allowed here."))
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Invalid(_l("This cannot be read: check brackets, colons and indents.")) from error


def _sheet(content: bytes, file_name: str) -> Iterator[Row]:
    with spreadsheets.opened(content, file_name, megabytes=MEGABYTES) as book:
        rows = book.worksheets[0].iter_rows(values_only=True)
        head = [str(cell or "").strip() for cell in next(rows, ())]
        names = {title: name for name, title in HEADS.items()}
        places = {names[title]: place for place, title in enumerate(head) if title in names}
        missing = [HEADS[name] for name in ("code", "title", "unit", "numerator") if name not in places]
        if missing:
            raise refused(_l("The first row needs the columns: %(columns)s.", columns=", ".join(missing)))
        for number, cells in enumerate(rows, start=2):
            if any(cell not in (None, "") for cell in cells):
                yield number, _row({name: cells[place] for name, place in places.items() if place < len(cells)})


def _row(cells: Mapping[str, Any]) -> Mapping[str, Any] | str:
    data: dict[str, Any] = {}
    for name, cell in cells.items():
        if cell in (None, ""):
            continue
        try:
            data[name] = parsed(str(cell)) if name in NESTED else cell
        except Invalid as error:
            return f"{HEADS[name]}: {error}"
    return data


class _Plain(yaml.SafeDumper):
    """Writes everything out: what the import refuses (references) the export does not make."""

    def ignore_aliases(self, data: object) -> bool:
        """Whether a value is written out though it was written before."""
        return True


def written(bodies: Iterable[Mapping[str, Any]]) -> str:
    """Definitions as YAML."""
    listed = [dict(body) for body in bodies]
    return str(yaml.dump({"indicators": listed}, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=120))


def cell(body: Mapping[str, Any], name: str) -> object:
    """One property of a definition as an Excel cell."""
    value = body.get(name)
    return inline(value) if name in NESTED and value else value


def inline(value: Any) -> str:
    """A value as YAML in one line."""
    text = yaml.dump(value, Dumper=_Plain, allow_unicode=True, sort_keys=False, default_flow_style=True, width=10**6)
    return str(text).strip()
