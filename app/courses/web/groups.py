"""«Сформировать подгруппы»: results, needs, proposal, groups and the journal of moves (acceptance RMP-10)."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.kernel.errors import Forbidden, NotFound
from app.web import excel, shell
from app.web.listing import Column

from ..operations import grouping
from ..queries import catalogue, groups
from .blueprint import blueprint
from .course import frame

COLUMNS = (
    Column("name", _l("Full name"), lambda row: row.name, None, 36),
    Column("school", _l("School"), lambda row: row.school_name, None, 28),
    Column("entry", _l("Entry, %"), lambda row: row.entry.pct, None, 12),
    Column("method", _l("Method, %"), lambda row: row.method, None, 14),
    Column("level", _l("Level"), lambda row: row.level, None, 20),
    Column("needs", _l("Needs"), lambda row: row.needs, None, 40),
    Column("proposed", _l("Proposed"), lambda row: row.proposed_group, None, 30),
    Column("group", _l("Subgroup"), lambda row: row.group, None, 30),
)


@blueprint.get("/<code>/groups")
def groups_page(code: str) -> ResponseReturnValue:
    """The table of subgroups and its journal."""
    actor = shell.current_actor()
    table = groups.group_table(actor, code)
    if request.args.get("format") == "xlsx":
        return excel.download(_("Subgroups"), COLUMNS, table.rows)
    row, seen = catalogue.sight_of(actor, code)
    return shell.render(
        "courses/groups.html", **frame(row, seen, "courses.groups_page"), table=table, formed=table.is_formed, wide=True
    )


@blueprint.post("/<code>/groups")
def move(code: str) -> ResponseReturnValue:
    """Move listeners to other groups; each move is a line of the journal, and her process learns of it."""
    table = groups.group_table(shell.current_actor(), code)
    if not table.manages:
        raise Forbidden(_("Only the course leader forms subgroups."))
    if not table.is_formed:
        raise NotFound()
    known = {item.teacher for item in table.rows}
    wanted = {
        name.removeprefix("group:"): value.strip()
        for name, value in request.form.items()
        if name.startswith("group:") and value.strip() and name.removeprefix("group:") in known
    }
    moves = grouping.regroup(shell.current_actor(), code, wanted)
    text = ngettext("%(num)s listener was moved.", "%(num)s listeners were moved.", len(moves))
    message = text if moves else _("Nothing was changed.")
    return shell.go("courses.groups_page", code=code, message=message)


@blueprint.post("/<code>/groups/modules")
def modules(code: str) -> ResponseReturnValue:
    """Name the variative modules of a subgroup."""
    table = groups.group_table(shell.current_actor(), code)
    if not table.manages:
        raise Forbidden(_("Only the course leader forms subgroups."))
    grouping.choose_modules(shell.current_actor(), code, request.form.get("group", ""), request.form.getlist("modules"))
    return shell.go("courses.groups_page", code=code, message=_("The modules of the subgroup are saved."))
