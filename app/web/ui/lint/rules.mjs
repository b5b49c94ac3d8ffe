// Our own rules of bpmnlint: each is (vocabulary) => { check(node, reporter) }; a report names what its text mentions.
// A rule that needs a list which the vocabulary does not have keeps silent.
import {
  extension, flowNodes, hasDefinition, is, isAny, isEventSubProcess, isExpression, isHandler, laneOf, laneRole,
  lanesOf, leading, processOf, properties, property, reachable, runs, text,
} from './model.mjs';

const SCOPES = ['bpmn:Process', 'bpmn:SubProcess'];
const CONDITIONAL = ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway'];

/** A rule about elements of some kinds in executable processes. */
const about = (kinds, judge) => (vocabulary) => ({
  check(node, reporter) {
    if (!isAny(node, [].concat(kinds)) || !runs(node)) return;
    judge(node, (params = {}, at = node) => reporter.report(at.id, '', { params }), vocabulary || {});
  },
});

const condition = (flow) => text(flow.conditionExpression?.body);

const otherFlows = (node) => (node.outgoing || []).filter((flow) => flow !== node.default);

/** Entries of candidateGroups as far as they are written out: "=[\"head@\" + school]" names the role head. */
const rolesIn = (groups) => {
  if (!isExpression(groups)) return text(groups).split(',').map((entry) => entry.trim().split('@')[0]).filter(Boolean);
  return [...groups.matchAll(/"([a-z_0-9]+)@/g)].map((match) => match[1]);
};

/** Whether a task says whose it is; else the role of its lane does it. */
const assigned = (node) => {
  const given = extension(node, 'AssignmentDefinition') || {};
  return [given.assignee, given.candidateGroups, given.candidateUsers].some(text);
};

const taskRole = about('bpmn:UserTask', (node, report) => {
  if (!assigned(node) && !laneRole(node)) report();
});

const taskDocumentation = about('bpmn:UserTask', (node, report) => {
  if (!(node.documentation || []).some((entry) => text(entry.text))) report();
});

const taskForm = about('bpmn:UserTask', (node, report) => {
  if (!extension(node, 'FormDefinition') && property(node, 'page') === undefined && property(node, 'outcomes') === undefined) report();
});

// property exhaustive=true of a gateway: its conditions name every case
const gatewayDefault = about(CONDITIONAL, (node, report) => {
  const outgoing = node.outgoing || [];
  if (outgoing.length > 1 && !node.default && outgoing.every(condition) && property(node, 'exhaustive') !== 'true') report();
});

const conditionMissing = about(CONDITIONAL, (node, report) => {
  if ((node.outgoing || []).length < 2) return;
  otherFlows(node).filter((flow) => !condition(flow)).forEach((flow) => report({}, flow));
});

const starts = (scope, nodes) => {
  const drawn = nodes.filter((node) => is(node, 'bpmn:StartEvent'));
  const apart = nodes.filter((node) => isHandler(node) || isEventSubProcess(node));
  if (drawn.length) return [...drawn, ...apart];
  return nodes.filter((node) => !(node.incoming || []).length && !is(node, 'bpmn:BoundaryEvent'));
};

const unreachable = about(SCOPES, (scope, report) => {
  const nodes = flowNodes(scope);
  const reached = reachable(starts(scope, nodes), nodes);
  const lost = nodes.filter((node) => !reached.has(node));
  while (lost.length) { // one report for a group: what follows from it is no fault of its own
    const first = lost.find((node) => !(node.incoming || []).length && !is(node, 'bpmn:BoundaryEvent')) || lost[0];
    report({}, first);
    const group = reachable([first], nodes);
    lost.splice(0, lost.length, ...lost.filter((node) => !group.has(node)));
  }
});

const stands = (node) => isHandler(node) || isEventSubProcess(node)
  || (is(node, 'bpmn:BoundaryEvent') && hasDefinition(node, 'Compensate'))
  || (is(node, 'bpmn:IntermediateThrowEvent') && hasDefinition(node, 'Link'));

/** A sub-process with an end event inside: everybody sees how the path ends. */
const showsItsEnd = (node) => is(node, 'bpmn:SubProcess') && flowNodes(node).some((inner) => is(inner, 'bpmn:EndEvent'));

const deadEnd = about(SCOPES, (scope, report) => {
  const nodes = flowNodes(scope);
  if (!nodes.some((node) => is(node, 'bpmn:EndEvent'))) return; // end-event-required says it
  const last = nodes.filter((node) => !(node.outgoing || []).length && !isAny(node, ['bpmn:EndEvent', 'bpmn:BoundaryEvent'])
    && !stands(node) && !showsItsEnd(node));
  last.forEach((node) => report({}, node));
});

/** Whether something outside of its flows ends a scope: a terminating end, an interrupting event. */
const isStopped = (scope, nodes) => nodes.some((node) => (is(node, 'bpmn:EndEvent') && hasDefinition(node, 'Terminate'))
    || (isEventSubProcess(node) && flowNodes(node).some((start) => is(start, 'bpmn:StartEvent') && start.isInterrupting !== false)))
  || (scope.$parent?.flowElements || []).some((node) => is(node, 'bpmn:BoundaryEvent') && node.attachedToRef === scope && node.cancelActivity !== false);

const endlessLoop = about(SCOPES, (scope, report) => {
  const nodes = flowNodes(scope);
  if (isStopped(scope, nodes)) return;
  const ends = nodes.filter((node) => !(node.outgoing || []).length);
  const going = leading(ends, nodes);
  const caught = nodes.filter((node) => !going.has(node) && !stands(node));
  if (caught.length) report({}, caught[0]);
});

const laneMissing = about('bpmn:FlowNode', (node, report) => {
  if (is(node.$parent, 'bpmn:Process') && !isAny(node, ['bpmn:BoundaryEvent']) && lanesOf(node.$parent).length && !laneOf(node)) report();
});

const lanesMissing = about('bpmn:Process', (process, report) => {
  if (!lanesOf(process).length && flowNodes(process).some((node) => is(node, 'bpmn:UserTask'))) report();
});

const ROLE_PROPERTIES = ['owner', 'owner_municipality', 'owner_school', 'starters'];
const CALLER = 'caller'; // who owns the calling process

const unknownRole = about(['bpmn:UserTask', 'bpmn:Process'], (node, report, { roles }) => {
  if (!roles) return;
  const named = is(node, 'bpmn:Process')
    ? properties(node).filter(([name]) => ROLE_PROPERTIES.includes(name)).flatMap(([, value]) => rolesIn(value))
    : assigned(node) ? rolesIn(extension(node, 'AssignmentDefinition').candidateGroups || '') : [laneRole(node)];
  for (const role of new Set(named.filter(Boolean))) if (role !== CALLER && !roles.includes(role)) report({ role });
});

const unknownServiceType = about('bpmn:FlowNode', (node, report, { serviceTypes }) => {
  const type = text(extension(node, 'TaskDefinition')?.type);
  if (!serviceTypes || !type || isExpression(type) || serviceTypes.includes(type)) return;
  const headers = extension(node, 'TaskHeaders')?.values || [];
  if (type.startsWith('external.') || headers.some((header) => header.key === 'external' && header.value === 'true')) return;
  report({ type });
});

/** A rule about something that an element names and that must be there. */
const unknown = (kind, list, name) => about(kind, (node, report, vocabulary) => {
  const id = text(name(node));
  if (vocabulary[list] && id && !isExpression(id) && !vocabulary[list].includes(id)) report({ name: id });
});

const unknownForm = unknown('bpmn:UserTask', 'forms', (node) => extension(node, 'FormDefinition')?.formId);
const unknownDecision = unknown('bpmn:BusinessRuleTask', 'decisions', (node) => extension(node, 'CalledDecision')?.decisionId);
const unknownProcess = unknown('bpmn:CallActivity', 'processes', (node) => extension(node, 'CalledElement')?.processId);

const callsItself = about('bpmn:CallActivity', (node, report) => {
  if (text(extension(node, 'CalledElement')?.processId) === processOf(node)?.id) report();
});

const fakeJoin = about('bpmn:Activity', (node, report) => {
  if ((node.incoming || []).length > 1) report();
});

const duplicateNames = about('bpmn:Process', (process, report) => {
  const seen = new Map();
  const visit = (scope) => flowNodes(scope).forEach((node) => {
    if (is(node, 'bpmn:SubProcess')) visit(node);
    const name = text(node.name);
    if (!name || !is(node, 'bpmn:UserTask')) return;
    const key = `${name} ${laneOf(node)?.id || ''}`;
    if (seen.has(key)) report({ name }, node);
    seen.set(key, node);
  });
  visit(process);
});

const outcomes = about('bpmn:UserTask', (node, report) => {
  const written = property(node, 'outcomes');
  if (written === undefined) return;
  const codes = new Set();
  for (const part of written.split('|')) {
    const [, code, label] = part.match(/^\s*([A-Za-z_][A-Za-z0-9_]*)\s*:\s*(\S.*)$/) || [];
    if (!label || codes.has(code)) return report({ part: part.trim() || written });
    codes.add(code);
  }
});

const notDrawn = about('bpmn:Process', (process, report) => {
  if (!process.$parent?.diagrams?.length && flowNodes(process).length) report();
});

const processOwner = about('bpmn:Process', (process, report) => {
  if (!text(property(process, 'owner')) && flowNodes(process).length) report();
});

/** name -> [severity for our own models, rule]. */
export const OWN = {
  'task-role': ['error', taskRole],
  'task-documentation': ['warn', taskDocumentation],
  'task-form': ['warn', taskForm],
  'gateway-default': ['error', gatewayDefault],
  'condition-missing': ['error', conditionMissing],
  unreachable: ['error', unreachable],
  'dead-end': ['error', deadEnd],
  'endless-loop': ['error', endlessLoop],
  'lane-missing': ['warn', laneMissing],
  'lanes-missing': ['warn', lanesMissing],
  'unknown-role': ['error', unknownRole],
  'unknown-service-type': ['error', unknownServiceType],
  'unknown-form': ['error', unknownForm],
  'unknown-decision': ['error', unknownDecision],
  'unknown-process': ['error', unknownProcess],
  'calls-itself': ['error', callsItself],
  'fake-join': ['warn', fakeJoin],
  'duplicate-names': ['warn', duplicateNames],
  outcomes: ['error', outcomes],
  'not-drawn': ['warn', notDrawn],
  'process-owner': ['warn', processOwner],
};
