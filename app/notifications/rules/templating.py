"""Templates of letters: a small, safe part of Jinja (names, conditions, a few filters); nothing can be called. Pure.

What is not on the list of allowed parts is refused when the template is saved, so nothing is left to chance when it is
used: no calls, no loops, no attributes, no arithmetic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from flask_babel import lazy_gettext as _l
from jinja2 import ChainableUndefined, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

FILTERS = ("upper", "lower", "capitalize", "trim", "default")
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.CondExpr, nodes.Filter,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip
_WORDS: Mapping[type[nodes.Node], object] = {
    nodes.Call: _l("a call, as name(…)"),
    nodes.For: _l("a loop (for)"),
    nodes.Getattr: _l("a part of a field, as name.part"),
    nodes.Getitem: _l("a part of a field, as name[part]"),
}
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&])")


class Unfit(ValueError):
    """The template cannot be used; the message says why, in words for its author."""

    def __init__(self, message: object) -> None:
        super().__init__(message)
        self.message = message


def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(undefined=ChainableUndefined, autoescape=False, keep_trailing_newline=True)
    made.filters = {name: made.filters[name] for name in FILTERS}
    made.tests = {}
    made.globals = {}
    return made


_JINJA = _environment()


def check(template: str, known: Mapping[str, object]) -> None:
    """Whether a template can be used for an event with these fields.

    Raises:
        Unfit: a mistake in writing, something that is not allowed, or an unknown field (named).
    """
    try:
        tree = _JINJA.parse(template)
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, _ALLOWED):
                words = _WORDS.get(type(node), type(node).__name__.lower())
                raise Unfit(_l("A template may not contain %(what)s.", what=words))
            if isinstance(node, nodes.Filter) and node.name not in FILTERS:
                raise Unfit(_l("Unknown filter “%(name)s”.", name=node.name))
        unknown = sorted(meta.find_undeclared_variables(tree) - known.keys())
    except TemplateSyntaxError as error:
        line = error.lineno
        raise Unfit(_l("Line %(line)s: the brackets {{ }} or {%% %%} are not written correctly.", line=line)) from error
    if unknown:
        raise Unfit(_l("Unknown field: %(names)s.", names=", ".join(f"«{name}»" for name in unknown)))


def fill(template: str, facts: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
    """The template with its facts; absent ones are empty.

    Args:
        escape: what is done to each fact before it is filled in.
    """
    return _JINJA.from_string(template).render({name: escape(value) for name, value in facts.items()}).strip()


def literal(value: str) -> str:
    """A fact as Markdown that shows exactly its characters."""
    return _SPECIAL.sub(r"\\\1", value)
