"""Do the tags of a template name fields that exist? Reads the tags without running anything.

Allowed are output of fields, `if`, `for` over lists, comparisons and a few filters: a template can compute nothing
that takes long or reaches outside of its facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .defects import Defect
from .kinds import Field

FILTERS = ("default", "d", "upper", "lower", "capitalize", "first", "last", "length", "count", "join", "trim")
TESTS = ("defined", "undefined", "none", "equalto", "eq", "ne", "even", "odd", "in", "divisibleby")
_LOOP = Field(
    "loop",
    "",
    tuple(Field(name, "") for name in ("index", "index0", "first", "last", "length", "revindex", "revindex0")),
)
_HARMLESS = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And,
    nodes.Or, nodes.Not, nodes.Const, nodes.Test, nodes.Concat, nodes.Add, nodes.Sub, nodes.If, nodes.Filter,
    nodes.Tuple, nodes.List, nodes.Keyword,
)  # fmt: skip
Names = Mapping[str, Field]


def environment() -> Environment:
    """Jinja with nothing in it but the filters and tests that templates may use. XML is escaped."""
    made = ImmutableSandboxedEnvironment(autoescape=True)
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    made.tests = {name: made.tests[name] for name in TESTS}
    return made


def check(xml: str, root: Field, jinja: Environment) -> list[Defect]:
    """What is wrong with the tags of one part of a document.

    Args:
        xml: the part, its tags made whole by docxtpl.
        root: the fields that may be named.
    """
    source = re.sub(r"<w:p([ >])", r"\n<w:p\1", xml)
    try:
        tree = jinja.parse(source)
    except TemplateSyntaxError as error:
        return [_broken(source, error)]
    return list(_Walk().visit(tree, {one.name: one for one in root.fields}))


def _broken(source: str, error: TemplateSyntaxError) -> Defect:
    """Where a tag is broken, in the words of the paragraph."""
    found = re.search(r"No filter named '([^']+)'", str(error.message))
    if found:
        return Defect("unknown_filter", {"name": found.group(1)})
    lines = source.splitlines()
    line = min(max(error.lineno - 1, 0), len(lines) - 1)
    for text in (lines[line], *reversed(lines[:line])):
        words = re.sub(r"<[^>]*>", "", text).strip()
        if words:
            return Defect("broken_tag", {"near": words[:120]})
    return Defect("broken_tag", {"near": "…"})


class _Walk:
    """Goes through the tree with the names known at each place."""

    def visit(self, node: nodes.Node, known: Names, *, shown: bool = False) -> Iterator[Defect]:
        """Defects of a node and what is below it. `shown`: its value is written into the document."""
        if isinstance(node, nodes.For):
            yield from self._loop(node, known)
        elif isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            yield from self._named(node, known, shown)
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield Defect("unknown_filter", {"name": node.name})
        elif isinstance(node, nodes.Test) and node.name not in TESTS:
            yield Defect("forbidden", {"name": node.name})
        elif not isinstance(node, _HARMLESS):
            yield Defect("forbidden", {"name": _words(node)})
        else:
            written = isinstance(node, nodes.Output)
            for child in node.iter_child_nodes():
                yield from self.visit(child, known, shown=written)

    def _loop(self, node: nodes.For, known: Names) -> Iterator[Defect]:
        if not isinstance(node.target, nodes.Name) or node.recursive:
            yield Defect("forbidden", {"name": "for"})
            return
        below = Field(node.target.name, "")
        found = _find(node.iter, known)
        if isinstance(found, Defect):
            yield found
        elif not found.many:
            yield Defect("not_a_list", {"name": _path(node.iter) or "…"})
        else:
            below = Field(node.target.name, "", found.fields, form=not found.fields)
        inner = {**known, node.target.name: below, "loop": _LOOP}
        for child in (*node.body, *([node.test] if node.test else [])):
            yield from self.visit(child, inner)
        for child in node.else_:
            yield from self.visit(child, known)

    def _named(self, node: nodes.Node, known: Names, shown: bool) -> Iterator[Defect]:
        found = _find(node, known)
        if isinstance(found, Defect):
            yield found
        elif shown and found.many:
            yield Defect("needs_loop", {"name": _path(node)})
        elif shown and found.fields:
            yield Defect("needs_part", {"name": _path(node), "example": found.fields[0].name})


def _find(node: nodes.Node, known: Names) -> Field | Defect:
    """The field that an expression names."""
    if isinstance(node, nodes.Name):
        return known.get(node.name) or Defect("unknown_field", {"name": node.name})
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        name = _key(node)
        if name is None or name.startswith("_"):
            return Defect("forbidden", {"name": _path(node)})
        above = _find(node.node, known)
        if isinstance(above, Defect):
            return Defect("unknown_field", {"name": _path(node)}) if above.code == "unknown_field" else above
        below = None if above.many else above.child(name)
        return below or Defect("unknown_field", {"name": _path(node)})
    return Defect("forbidden", {"name": _words(node)})


def _key(node: nodes.Getattr | nodes.Getitem) -> str | None:
    if isinstance(node, nodes.Getattr):
        return node.attr
    return node.arg.value if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str) else None


def _path(node: nodes.Node) -> str:
    """The name as it stands in the template: `учитель.фио`."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        return f"{_path(node.node)}.{_key(node) or '…'}"
    return _words(node)


def _words(node: nodes.Node) -> str:
    """What a forbidden construct is called."""
    if isinstance(node, nodes.Call):
        return f"{_path(node.node)}()"
    return type(node).__name__.lower()
