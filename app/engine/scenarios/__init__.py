"""Scenarios: how a designer tests a model before deploying, and how the test suite covers `workflows/`.

A `*.scenario.yaml` beside the model tells a story: what the process starts with, then step by step who does which task
with which answers, how much time passes, which messages arrive, and what must be open, ended or true then. It is run on
the real engine, the real database and the real services, with a frozen clock.

    scenario = read_scenario(path)
    report = run(scenario, actor_of=…, scenes={…}, password="demo")     # ScenarioFailed names the step
    report.flows, report.ends                                            # what was travelled, by process

The caller holds the clock (`clock.frozen`) and rolls the database back afterwards. The file:

    title: Директор согласует, место есть
    scene: {name: open_course, with: {places_max: 1}}   # the caller prepares it; its result is seen by all FEEL below
    clock: 2026-04-06T09:00:00+03:00        # optional: when the process starts
    start: {as: teacher, variables: {…}}    # or {message: {name, key, variables}}, {timer: element}
    steps:
    - {task: fill_assignment, as: teacher, answers: {…}, outcome: submit, comment: …, where: =FEEL, refused: course}
    - {time: P3D}                           # or {until: 2026-05-01T10:00:00+03:00}
    - {message: {name, key, variables}}     # texts that begin with = are FEEL
    - {set: {name: value}, process: …}      # change variables from outside
    - {go_on_without: organisation, as: owner, reason: …, refused: true}   # of a step for many; refused: forbidden
    - {retry: element}                      # of an incident
    - {job: element, variables: {…}, error: code}   # a worker of the API has done it, or throws a BPMN error
    - {scene: name, with: {…}}              # something more that the caller prepares or does
    - {expect: {open: [elements], ended: state, processes: {approve: approved}, incident: element, holds: [FEEL],
       nobody: [logins without tasks], tasks: {login: [elements]}}}
    expect: {…}                             # the same at the end
"""

from .acting import Scene
from .reading import SUFFIX, Scenario, ScenarioError, Step, parse_scenario, read_data, read_scenario
from .running import Performance, Report, run
from .stage import ScenarioFailed, Stage

__all__ = [
    "SUFFIX",
    "Performance",
    "Report",
    "Scenario",
    "ScenarioError",
    "ScenarioFailed",
    "Scene",
    "Stage",
    "Step",
    "parse_scenario",
    "read_data",
    "read_scenario",
    "run",
]
