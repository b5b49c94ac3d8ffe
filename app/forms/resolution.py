"""Find a form's state at one moment: values by their sources, conditions, computed fields, rows, options.

Conditions depend on values and values on conditions, so rounds are made until nothing changes any more; a form
without expressions needs one round and no FEEL at all.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.forms.conversion import Unreadable, convert
from app.forms.definition import Component, FormDefinition
from app.forms.evaluation import Lookup, evaluate_all, lookup_in
from app.forms.facts import TASK, Facts
from app.forms.limits import limits_of
from app.forms.nodes import Node, Row, collect, walk
from app.forms.options import options_of
from app.forms.rows import seeds_for
from app.forms.scopes import Scope, State, in_scope, is_blank, own_names
from app.forms.values import MISSING, Path, get_in, is_empty
from app.kernel.actor import Actor

MAX_ROUNDS = 8
"""Conditions that contradict each other would go on for ever; form-js stops too."""
_LATE = frozenset(("prefill", "check"))
"""Slots not evaluated with the others: `prefill` sees no entries, `check` is asked when the form is sent."""


def resolve(
    definition: FormDefinition,
    data: Mapping[str, Any],
    context: Mapping[str, Any],
    actor: Actor,
    *,
    display: bool = False,
) -> State:
    """The form's state for these entries and variables.

    Args:
        data: raw or typed values that a person entered; what is missing comes from `context`.
        context: process variables; `form` in it prefills by key.
        display: `data` is a submission to be read: it decides over everything else, and nothing can be changed.
    """
    resolver = _Resolver(definition, data, context, actor, display)
    return State(resolver.resolve(), resolver.lookups)


class _Resolver:
    def __init__(
        self,
        definition: FormDefinition,
        data: Mapping[str, Any],
        context: Mapping[str, Any],
        actor: Actor,
        display: bool,
    ) -> None:
        self.definition, self.data, self.context, self.actor = definition, data, context, actor
        self.display = display
        self.facts = Facts(actor, context)
        self.own = set(own_names(definition.components))
        task = context.get(TASK) if TASK in context else None
        roles = task.get("roles") if isinstance(task, Mapping) else None
        self.roles = frozenset(roles) if roles else actor.roles
        self.prefilled = self._prefill()
        self.values: dict[str, Any] = {}
        self.row_values: dict[Path, Mapping[str, Any]] = {}
        self.lookups: dict[Path, Lookup] = {}
        self.round = 0

    def resolve(self) -> list[Node]:
        """Make rounds until values and conditions stand still."""
        nodes: list[Node] = []
        before: object = None
        for self.round in range(MAX_ROUNDS):
            nodes = self._level(self.definition.components, self._form_scope())
            self.values = collect(nodes)
            self.row_values = {
                (*node.path, index): collect(row.nodes, len(node.path) + 1)
                for node in walk(nodes)
                for index, row in enumerate(node.rows)
            }
            after = (self.values, [node.path for node in walk(nodes)])
            if after == before or not self._has_conditions():
                break
            before = after
        return nodes

    def _has_conditions(self) -> bool:
        return any(not _LATE.issuperset(component.expressions) for component in self.definition.walk())

    def _prefill(self) -> dict[str, Any]:
        """Values of the form's own `prefill` expressions; they see variables and facts, never entries."""
        asked = [component for component in in_scope(self.definition.components) if "prefill" in component.expressions]
        texts = [component.expressions["prefill"] for component in asked]
        values = evaluate_all(texts, lookup_in(self.context, self.facts))
        return {component.id: value for component, value in zip(asked, values, strict=True)}

    # -- scopes
    def _form_scope(self) -> Scope:
        form = self.context.get("form") if "form" in self.context else None
        sources: tuple[Mapping[str, Any], ...] = (self.context,)
        if isinstance(form, Mapping):  # the context `form` is no value of a field that is called form
            sources = (form, ChainMap({"form": None}, self.context))  # type: ignore[arg-type]
        return Scope(entered=self.data, sources=sources, lookup=self._lookup({"this": self.values, "i": []}))

    def _lookup(self, special: Mapping[str, Any], row: Mapping[str, Any] | None = None) -> Lookup:
        layers = lookup_in(self.values, special)
        rest = lookup_in(row or {}, self.facts)

        def lookup(name: str) -> Any:
            try:
                return layers(name)
            except KeyError:
                if name not in self.own and name in self.context:
                    return self.context[name]
                return rest(name)

        return lookup

    def _row_scope(
        self, path: Path, row: Row, server: Mapping[str, Any], entered: Mapping[str, Any], up: Scope
    ) -> Scope:
        values = self.row_values.get(path, {})
        numbers = (*up.row, int(path[-1]) + 1)
        parent = self.row_values.get(up.base, self.values) if up.base else self.values
        special = {"this": values, "parent": parent, "i": list(numbers)}
        special.update({"_this_": values, "_parent_": parent, "_i_": list(numbers)})
        return Scope(
            base=path,
            entered=entered,
            forced=row.forced,
            sources=(server,),
            seed={**server, **row.forced},
            lookup=self._lookup(special, values),
            row=numbers,
            readonly=up.readonly,
        )

    # -- one scope
    def _level(self, components: Sequence[Component], scope: Scope) -> list[Node]:
        self.lookups[scope.base] = scope.lookup
        slots = self._slots(components, scope)
        return [self._node(component, scope, slots) for component in components]

    def _slots(self, components: Sequence[Component], scope: Scope) -> dict[tuple[str, str], Any]:
        """Values of all expressions of one scope, groups included, in one crossing."""
        asked = [
            (component.id, slot, text)
            for component in in_scope(components)
            for slot, text in component.expressions.items()
            if slot not in _LATE
        ]
        if self.round == 0:  # nothing is known yet: conditions wait for the values
            return {(identity, slot): None for identity, slot, _ in asked}
        values = evaluate_all([text for _, _, text in asked], scope.lookup)
        return {(identity, slot): value for (identity, slot, _), value in zip(asked, values, strict=True)}

    def _node(self, component: Component, scope: Scope, slots: Mapping[tuple[str, str], Any]) -> Node:
        mine = {slot: slots[component.id, slot] for slot in component.expressions if slot not in _LATE}
        hidden = scope.hidden or self._is_hidden(component, scope, mine) or not self._meant("showFor", component, True)
        node = Node(component, scope.base + scope.prefix + component.path, hidden=hidden, extra=mine)
        node.readonly = scope.readonly or self._is_readonly(component, mine)
        if component.type == "group":
            inner = replace(scope, prefix=scope.prefix + component.path, hidden=hidden, readonly=node.readonly)
            node.children = [self._node(child, inner, slots) for child in component.components]
        elif component.type == "dynamiclist":
            self._fill_rows(node, scope, mine)
        elif component.path:
            self._fill_value(node, scope, mine)
        return node

    def _is_hidden(self, component: Component, scope: Scope, slots: Mapping[str, Any]) -> bool:
        """Whether the condition hides it. What a submission holds was shown when it was sent, and is shown again."""
        if self.display and scope.entered and _holds(component, scope.prefix, scope.entered):
            return False
        return slots.get("hide") is True

    def _is_readonly(self, component: Component, slots: Mapping[str, Any]) -> bool:
        spec = component.spec
        flags = (slots.get(key) if key in component.expressions else spec.get(key) for key in ("readonly", "disabled"))
        return any(flag is True for flag in flags) or self._meant("readonlyFor", component, False)

    def _meant(self, name: str, component: Component, default: bool) -> bool:
        """Whether the actor holds one of the roles of a property; `default` where there is none."""
        text = component.properties.get(name)
        return not self.roles.isdisjoint(part.strip() for part in text.split(",")) if text else default

    def _fill_value(self, node: Node, scope: Scope, slots: Mapping[str, Any]) -> None:
        component = node.component
        node.options = options_of(component, slots, lookup_in(self.context))
        node.limits = limits_of(component, slots)
        asked = component.validate.get("required")
        node.required = (slots.get("required") if "required" in component.expressions else asked) is True
        node.required = node.required or slots.get("requiredWhen") is True
        path = scope.prefix + component.path
        forced = get_in(scope.forced, path)
        entered = get_in(scope.entered, path) if self.display or not node.readonly else MISSING
        if component.type == "expression":
            node.readonly, node.raw = True, slots.get("expression")
            if self.display and entered is not MISSING:
                node.raw = entered
        elif forced is not MISSING:
            node.readonly, node.raw = True, forced
        elif entered is not MISSING:
            node.raw, node.entered = entered, True
        elif component.has("signoff") and not node.readonly:
            node.raw = None  # an earlier signature does not count for what is written now
        else:
            node.raw = self._server_value(component, path, scope, first_prefill=node.readonly)
        if self.display:
            node.readonly = True
            node.hidden = node.hidden or (entered is MISSING and bool(scope.entered) and is_empty(node.raw))
        try:
            node.value = convert(component, node.raw, node.options, self.actor.timezone)
        except Unreadable:
            node.value = None

    def _server_value(self, component: Component, path: tuple[str, ...], scope: Scope, *, first_prefill: bool) -> Any:
        """A value that does not come from this person: `prefill` decides over variables where nobody may change it."""
        if first_prefill and (prefilled := self._prefilled(component, scope)) is not None:
            return prefilled
        for source in scope.sources:
            value = get_in(source, path)
            if value is not MISSING and value is not None:
                return value
        prefilled = self._prefilled(component, scope)
        return prefilled if prefilled is not None else component.spec.get("defaultValue")

    def _prefilled(self, component: Component, scope: Scope) -> Any:
        """The component's `prefill`; in a row it sees what the process gave the row as `this`."""
        if component.id in self.prefilled or "prefill" not in component.expressions:
            return self.prefilled.get(component.id)
        seen = {"this": scope.seed, "i": list(scope.row)}
        return evaluate_all([component.expressions["prefill"]], lookup_in(seen, self.context, self.facts))[0]

    def _fill_rows(self, node: Node, scope: Scope, slots: Mapping[str, Any]) -> None:
        component = node.component
        path = scope.prefix + component.path
        forced = get_in(scope.forced, path)
        server = (
            forced if forced is not MISSING else self._server_value(component, path, scope, first_prefill=node.readonly)
        )
        entered = MISSING if forced is not MISSING else get_in(scope.entered, path)
        if self.display:
            node.readonly = True
            server, entered = (server if entered is MISSING else entered), MISSING
        elif node.readonly:
            entered = MISSING
        node.limits = limits_of(component, slots)
        node.entered = entered is not MISSING
        node.fixed, seeds = seeds_for(component, slots, server, entered, readonly=node.readonly)
        for index, seed in enumerate(seeds):
            row = Row([], identity=seed.identity, forced=seed.forced)
            inner = self._row_scope((*node.path, index), row, seed.server, seed.entered, scope)
            inner = replace(inner, hidden=node.hidden, readonly=node.readonly)
            row.nodes = self._level(component.components, inner)
            row.blank = not node.fixed and not node.readonly and is_blank(row.nodes)
            node.rows.append(row)
        kept = sum(not row.blank for row in node.rows)
        for row in node.rows:
            if row.blank and kept < (node.limits.low or 0):
                row.blank, kept = False, kept + 1


def _holds(component: Component, prefix: tuple[str, ...], data: Mapping[str, Any]) -> bool:
    """Whether data has a value for a component, or for one inside a group."""
    path = prefix + component.path
    if component.type == "group":
        return any(_holds(child, path, data) for child in component.components)
    return bool(component.path) and get_in(data, path) is not MISSING
