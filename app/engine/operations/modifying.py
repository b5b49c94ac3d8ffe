"""Changing where a running instance stands: steps are started or ended by hand (Camunda: modification)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask_babel import lazy_gettext as _l

from app.engine import live, policies
from app.engine.action import act, event
from app.engine.runtime import Activation, Instance, ModificationRefused
from app.engine.runtime import modify as modify_live
from app.engine.runtime.modification import around, live_tokens
from app.feel import FeelError
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Invalid

REASON = _l("The steps of the process were changed by hand.")
"""Why steps ended, and the process when none was left."""
REFUSALS: dict[str, object] = {
    "unknown": _l("The process has no element “%(element)s”."),
    "kind": _l("“%(element)s” cannot be started by hand: it is a start event or attached to another element."),
    "multi_instance": _l("“%(element)s” belongs to a multi-instance, which only moves as a whole."),
    "ambiguous": _l("There are several scopes for “%(element)s”: name one of them."),
    "event_sub_process": _l("“%(element)s” lies in an event sub-process that is not running."),
    "not_live": _l("“%(element)s” is not running any more."),
    "scope": _l("“%(element)s” is no scope of the started element."),
}


@dataclass(frozen=True, slots=True)
class Move:
    """End an element and start another one in its place.

    Attributes:
        source: number of a token, or an element id: all its live tokens.
        activation: what starts for each of them.
        inferred: the new one starts in the scopes of the old one, where several could hold it.
    """

    source: int | str
    activation: Activation
    inferred: bool = False


def modify_instance(
    actor: Actor,
    key: int,
    *,
    activate: Sequence[Activation] = (),
    terminate: Sequence[int | str] = (),
    moves: Sequence[Move] = (),
) -> None:
    """Start tokens before elements and end live ones, in one action; the history says who did it.

    Args:
        terminate: numbers of tokens, or element ids: all their live tokens.

    Raises:
        NotFound: there is no such instance.
        Forbidden: the actor does not look after the engine, or would end the last step of somebody else's process.
        Invalid: an instruction makes no sense here; nothing has changed. Conflict: the instance is over.
    """
    policies.demand(policies.may_operate(actor))
    at = live.head(key)

    def change(instance: Instance) -> None:
        started, ended = list(activate), [number for one in terminate for number in _tokens(instance, one)]
        for move in moves:
            for number in _tokens(instance, move.source):
                within = around(instance, number) if move.inferred else move.activation.within
                started.append(replace(move.activation, within=within))
                ended.append(number)
        modify_live(instance, started, ended, str(REASON))
        if instance.completed:
            policies.demand(policies.owns(actor, at.owner_group), _l("Only the process owner may cancel it."))

    try:
        done = act(actor, key, event(actor, "modify"), change)
    except ModificationRefused as error:
        message = str(REFUSALS[error.reason]) % {"element": error.element[:200]}
        raise Invalid(message, {"body": [message]}, element=error.element, reason=error.reason) from error
    except FeelError as error:
        raise Conflict(_l("An expression of the model cannot be evaluated with the data of the instance.")) from error
    except ValueError as error:
        raise Invalid(_l("The variables are not valid JSON: %(reason)s", reason=str(error))) from error
    if done is None:
        raise Conflict(_l("The process is over already."))


def _tokens(instance: Instance, what: int | str) -> list[int]:
    """Numbers of the live tokens that an instruction means.

    Raises:
        ModificationRefused: none is live.
    """
    if isinstance(what, int):
        return [what]
    found = [token.id for token in live_tokens(instance, what)]
    if not found:
        raise ModificationRefused(what, "not_live")
    return found
