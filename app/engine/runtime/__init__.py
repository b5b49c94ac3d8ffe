"""The execution of one process instance: plain data in, plain data out, no database, no clock of its own.

    model = read_definitions(xml)[0]                                   # app.engine.bpmn
    instance = Instance(model.spec, model.subspecs, {"a": 1})          # a new instance, not yet run
    instance.do_engine_steps()                                         # run to the next wait states
    instance.finish(token_id, {"score": 97}); instance.do_engine_steps()
    journal, effects = instance.drain()                                # what happened since the last drain
    state = encode(instance)                                           # bytes
    instance = decode(state, model.spec, model.subspecs)               # later, anywhere

Instance(spec, subspecs, variables=None, start_at=None, clock=None, decide=None, zone="Europe/Moscow")
    start_at    element id of the start event (message, signal, timer start), None for the plain one
    clock       () -> aware datetime; app.kernel.clock.now by default
    decide      (decision_id, binding, version_tag, variables) -> DecisionAnswer; when given, business rule tasks
                run inline, else they wait as kind 'decision'. Give it to decode as well.
    .data       root variables (plain dict, read only for callers: change through set_variables)
    .waits      token id -> token; `token.wait` is the row below; `token.data` the variables that it sees (copies)
    .completed  True after the last token ended or after cancel

plan_migration(instance, spec, subspecs, mapping) -> MigrationPlan(obstacles, moves, opens, closes): a dry run
migrate(instance, spec, subspecs, mapping) -> Instance on the new specs; MigrationRefused(plan)

Verbs (each followed by `do_engine_steps()`, then `drain()`):
    finish(token_id, variables=None)            a user task, job, call or decision is done
    trigger(token_id, variables=None)           a timer came due, a message or signal arrived
    throw_error(token_id, code, variables=None, message=None) -> bool   caught here (else an incident and 'uncaught')
    escalate(token_id, code, variables=None) -> bool
    catches_error(token_id, code) -> bool       whether throw_error would be caught inside this instance
    fail(token_id, message)                     raise an incident on a waiting token (job without retries left)
    resolve(token_id)                           retry: the incident is gone, the element is entered again if it failed
    leave_out(token_id)                         end one iteration of a multi-instance without its work
    fans() -> list[Fan]                         the multi-instance elements that wait, with their open iterations
    set_variables(token_id | None, variables, local=False)     change variables seen by a token, or the root ones
    reschedule(token_id, due, field="due")      move a timer ('due') or a task's 'dueDate'/'followUpDate'
    cancel(reason)                              end the instance from outside
    scopes() -> list[dict]                      all variable scopes: {"token", "element", "loop", "variables"}
    incidents() -> list[dict]                   {"token", "element", "message"}
Errors: LookupError when the token is not open for that verb; ValueError for values that are not JSON.

Waits: plain JSON rows (`token.wait`), all with `kind`, `element` (BPMN id), `loop` (1-based loopCounter or None):
    user_task    name, lane, assignee, candidateGroups, candidateUsers, formId, formKey, externalReference,
                 bindingType, versionTag (of the form), dueDate, followUpDate, priority: evaluated, absent when not
                 given; durations and business days stay raw in dueDate/followUpDate
    job          type, retries, headers
    timer        due (ISO, UTC), left (repetitions after it, None endless), value, type, anchor, since
    message      name, key (str or None)
    signal       name
    call         process, bindingType, versionTag, variables
    decision     decision, bindingType, versionTag, result      (only without `decide`)
    conditional  expression, was                                (the engine triggers it itself)

Effects, in order of happening (tuples):
    ("open", token_id, wait)    ("close", token_id, wait)   a wait began / ended, whatever the reason
    ("update", token_id, wait)                      same wait, new data (rescheduled, next moment of a cycle)
    ("done",)                                       the instance ended regularly; results are `.data`
    ("cancelled", reason)
    ("signal", name, variables)                     broadcast
    ("message", {"name", "key", "messageId", "timeToLive", "variables"})      publish
    ("uncaught", "error" | "escalation", code, variables, message)   pass on to the calling instance, if any:
                                                    an escalation by `escalate`; an error only if the caller (or one
                                                    further up) `catches_error`, then cancel this instance and
                                                    `throw_error` there. An error is an incident here meanwhile
    ("incident", token_id, element, message, kind)  ("incident_resolved", token_id, element)

Journal: what an auditor needs, 4-tuples (kind, element, token_id, details); details is a JSON dict or None:
    entered      element began                       {"loop": n} inside a multi-instance
                                                     {"body": True} for the multi-instance as a whole
    completed    element ended                       as above
    cancelled    element was interrupted             {"reason", "loop" (inside a multi-instance)}
    flow         `element` is the sequence flow id   None
    condition    gateway decided on a flow           {"flow", "expression", "value"}
    variable     a value changed                     {"name", "after", "before" (absent when new)};
                                                      in an element's scope also {"scope": element, "loop"} and
                                                      the entry's element and token are the scope's, else None
    output       one iteration's result was kept     {"index", "value", "collection"}
    decision     a decision was made                 {"decision", "version", "inputs", "rules", "output", "trace"}
    timer | message | signal | conditional           the event happened: {"due"} | {"name", "key", "variables"} | ...
    error | escalation                               {"code", "message", "variables", "caught": element id | None}
    published    a message or signal was sent        {"name", "key", ...}
    rescheduled  a date moved                        {"field", "before", "after"}
    incident     an element failed                   {"message", "element"}
    resolved     it is tried again                   None
    ended        the instance is over (element None) {"reason": None | text}
    migrated     moved to another definition         {"moves", "opens", "closes"}
    modified     tokens were started or ended        {"activated", "terminated"}
Entered = completed + cancelled + still live, for every element.
"""

from app.engine.runtime.codec import StateError, decode, encode
from app.engine.runtime.instance import Instance
from app.engine.runtime.migration import MigrationPlan, MigrationRefused, Obstacle, migrate, plan_migration
from app.engine.runtime.modification import Activation, ModificationRefused, modify

__all__ = [
    "Activation",
    "Instance",
    "MigrationPlan",
    "MigrationRefused",
    "ModificationRefused",
    "Obstacle",
    "StateError",
    "decode",
    "encode",
    "migrate",
    "modify",
    "plan_migration",
]
