"""What the files of a deployment need from each other and from what is deployed already."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from sqlalchemy import func, or_, select, tuple_

from app.documents import docx_templates, templates
from app.engine.bpmn import ProcessModel
from app.engine.definitions import Definition, definition
from app.engine.deployments.circles import call_circles
from app.engine.deployments.files import Defect, File, Item, Need
from app.engine.models import DecisionDefinition, ProcessDefinition
from app.engine.starting import SLA
from app.engine.views import Resource
from app.feel import is_expression
from app.forms import queries as forms
from app.kernel.db import db
from app.kernel.errors import NotFound

KINDS = ("process", "decision", "form")


@dataclass(frozen=True, slots=True)
class Known:
    """A deployed definition: key, version, fingerprint of its content and of what it is bound to."""

    key: int
    version: int
    fingerprint: str
    resource_name: str
    name: str | None = None
    version_tag: str | None = None


@dataclass(slots=True)
class Link:
    """The definitions of a deployment and of what it refers to.

    Attributes:
        files: file of each item that is deployed now.
        claimed: what refused files would define.
        known: the latest deployed version of every item that is met, None when there is none.
    """

    files: dict[Item, File] = field(default_factory=dict)
    claimed: set[Item] = field(default_factory=set)
    known: dict[Item, Known | None] = field(default_factory=dict)

    def latest(self, item: Item) -> Known | None:
        """The latest deployed version of an item."""
        if item not in self.known:
            self.known[item] = _latest(item)
        return self.known[item]

    def bound(self, model: ProcessModel) -> Iterator[Item]:
        """What a process is bound to by its deployment: the shared `sla` too, where there is one."""
        for reference in model.references:
            if reference.kind in KINDS and reference.binding == "deployment" and not is_expression(reference.name):
                yield reference.kind, reference.name
        shared = ("decision", SLA)
        if shared in self.files or self.latest(shared) is not None:
            yield shared


def _latest(item: Item) -> Known | None:
    kind, name = item
    if kind == "template":
        return _latest_template(name)
    if kind == "form":
        try:
            form = forms.form_by(name)
        except NotFound:
            return None
        return Known(form.key, form.version, form.sha256, f"{name}.form", form.title, form.version_tag)
    if kind == "process":
        found = db.session.scalar(
            select(ProcessDefinition)
            .where(ProcessDefinition.process_id == name)
            .order_by(ProcessDefinition.version.desc())
            .limit(1)
        )
        return None if found is None else _known(found)
    decision = db.session.scalar(
        select(DecisionDefinition)
        .where(DecisionDefinition.decision_id == name)
        .order_by(DecisionDefinition.version.desc())
        .limit(1)
    )
    return None if decision is None else _known(decision)


def _latest_template(name: str) -> Known | None:
    if name.endswith(docx_templates.SUFFIX):
        template, file = docx_templates.latest(name.removesuffix(docx_templates.SUFFIX)), name
    else:
        template, file = templates.latest(name), f"{name}.html"
    return None if template is None else Known(template.key, template.version, template.sha256, file, name)


def _stored_before(item: Item, file: File) -> Known | None:
    """A DOCX template that was deployed once and replaced since by the office does not come back by itself."""
    kind, name = item
    if kind != "template" or not name.endswith(docx_templates.SUFFIX):
        return None
    template = docx_templates.stored(name.removesuffix(docx_templates.SUFFIX), file.sha256)
    return None if template is None else Known(template.key, template.version, template.sha256, name, name)


def _known(row: ProcessDefinition | DecisionDefinition) -> Known:
    return Known(row.key, row.version, row.fingerprint, row.resource_name, row.name, row.version_tag)


def link(files: list[File]) -> tuple[Link, list[Defect]]:
    """Find for every reference what it means.

    Returns:
        the links, and what is missing or defined twice.
    """
    links, defects = Link(), []
    for file in files:
        links.claimed.update(file.claims)
        for item in file.items():
            if item in links.files:
                ru = f"{_RU[item[0]]} {item[1]!r} есть и в файле {links.files[item].name}"
                en = f"the {item[0]} {item[1]!r} is also in the file {links.files[item].name}"
                defects.append(Defect(file.name, item[1], None, ru, en, rule="defined-twice"))
            links.files[item] = file
            before = _stored_before(item, file)
            if before is not None:
                links.known[item] = before
    for file in files:
        needs = [need for model in file.processes for need in _needs(model)]
        defects += [defect for need in (*needs, *file.needs) if (defect := _missing(links, file, need))]
    return links, [*defects, *call_circles(files)]


_RU = {"process": "процесс", "decision": "решение", "form": "форма", "template": "шаблон"}
_RU_MISSING = {
    "process": "вызываемый процесс {name!r} не найден: разверните его вместе с этим или раньше",
    "decision": "решение (DMN) {name!r} не найдено: разверните его вместе с процессом или раньше",
    "form": "форма {name!r} не найдена: разверните её вместе с процессом или раньше",
}


def _needs(model: ProcessModel) -> Iterator[Need]:
    for reference in model.references:
        info = model.elements.get(reference.element)
        yield Need(reference.kind, reference.name, reference.element, info.name if info else None)


def _missing(links: Link, file: File, need: Need) -> Defect | None:
    """What is wrong with what an element names, if anything."""
    item = kind, name = need.kind, need.name
    if kind not in KINDS or is_expression(name) or item in links.files or item in links.claimed:
        return None
    if links.latest(item) is not None:
        return None
    ru = _RU_MISSING[kind].format(name=name)
    en = f"the {kind} {name!r} does not exist: deploy it together with this or before"
    return Defect(file.name, need.element, need.element_name, ru, en, rule=f"unknown-{kind}")


def dependents(files: list[File], within: Collection[str] | None = None) -> list[Resource]:
    """Deployed files whose processes are bound to something that changes now: they are deployed again with it, so that
    new instances see the change while running ones keep what they have.

    Args:
        within: ids of the only processes that matter; None for all.
    """
    changed = {item for file in files for item in file.items()}
    names = {file.name for file in files}
    found: dict[str, Resource] = {}
    for process in bound_to(changed, names):
        if within is not None and process.process_id not in within:
            continue
        row = db.session.get_one(ProcessDefinition, process.key)
        found[process.resource_name] = Resource(process.resource_name, row.xml.encode())
    return list(found.values())


def bound_to(items: set[Item], names: set[str]) -> list[Definition]:
    """The latest processes that are bound by `deployment` to some items, or to a process that is.

    Args:
        names: of files that are deployed anyway.
    """
    changed = set(items)
    found: dict[str, Definition] = {}
    fresh = changed
    while fresh:
        grown: set[Item] = set()
        for process in _naming({name for _kind, name in fresh}):
            item = ("process", process.process_id)
            if item in changed or process.resource_name in names | set(found) or not _bound(process) & changed:
                continue
            found[process.resource_name] = process
            grown.add(item)
        changed |= grown
        fresh = grown
    return list(found.values())


def _naming(names: set[str]) -> list[Definition]:
    """The latest processes whose text holds one of these ids: only they can be bound to them."""
    table = ProcessDefinition
    newest = select(table.process_id, func.max(table.version)).group_by(table.process_id)
    latest = tuple_(table.process_id, table.version).in_(newest)
    named = or_(*(table.xml.contains(name, autoescape=True) for name in sorted(names)))
    return [definition(key) for key in db.session.scalars(select(table.key).where(latest, named).order_by(table.key))]


def _bound(process: Definition) -> set[Item]:
    """What a deployed process is bound to."""
    return {(each.kind, each.name) for each in process.model.references if each.binding == "deployment"}
