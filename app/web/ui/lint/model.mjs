// Reading a moddle tree: what the rules of rules.mjs ask of an element.
import { is, isAny } from 'bpmnlint-utils';

export { is, isAny };

/** The first zeebe extension of a kind, e.g. extension(task, 'AssignmentDefinition'); undefined without one. */
export const extension = (node, kind) =>
  (node.extensionElements?.values || []).find((value) => is(value, `zeebe:${kind}`));

/** The zeebe:properties of an element as [name, value] pairs. */
export const properties = (node) =>
  (extension(node, 'Properties')?.properties || []).map((entry) => [entry.name, entry.value || '']);

export const property = (node, name) => properties(node).find(([key]) => key === name)?.[1];

export const text = (value) => (typeof value === 'string' ? value.trim() : '');

export const isExpression = (value) => text(value).startsWith('=');

/** The flow nodes that stand directly in a process or sub-process. */
export const flowNodes = (scope) => (scope.flowElements || []).filter((element) => is(element, 'bpmn:FlowNode'));

export const hasDefinition = (node, kind) =>
  (node.eventDefinitions || []).some((definition) => is(definition, `bpmn:${kind}EventDefinition`));

export const isHandler = (node) => Boolean(node.isForCompensation);

export const isEventSubProcess = (node) => is(node, 'bpmn:SubProcess') && Boolean(node.triggeredByEvent);

/** The nearest process around an element. */
export const processOf = (node) => {
  let at = node;
  while (at && !is(at, 'bpmn:Process')) at = at.$parent;
  return at;
};

export const runs = (node) => Boolean(processOf(node)?.isExecutable);

/** All lanes of a process, nested ones too. */
export const lanesOf = (process) => {
  const found = [];
  const collect = (set) => (set?.lanes || []).forEach((lane) => {
    found.push(lane);
    collect(lane.childLaneSet);
  });
  (process?.laneSets || []).forEach(collect);
  return found;
};

/** The lane of an element, else that of the sub-process around it. */
export const laneOf = (node) => {
  const lanes = lanesOf(processOf(node));
  for (let at = node; at && !is(at, 'bpmn:Process'); at = at.$parent) {
    const lane = lanes.findLast((one) => (one.flowNodeRef || []).includes(at));
    if (lane) return lane;
  }
  return undefined;
};

/** The role that the id of an element's lane names: lane_<role>. */
export const laneRole = (node) => (laneOf(node)?.id || '').match(/^lane_(.+)$/)?.[1];

/** What follows an element: its flows, its boundary events, the catching end of a link. */
const following = (node, nodes) => {
  const next = (node.outgoing || []).map((flow) => flow.targetRef);
  next.push(...nodes.filter((other) => is(other, 'bpmn:BoundaryEvent') && other.attachedToRef === node));
  if (is(node, 'bpmn:IntermediateThrowEvent') && hasDefinition(node, 'Link')) {
    const name = linkName(node);
    next.push(...nodes.filter((other) => is(other, 'bpmn:IntermediateCatchEvent') && linkName(other) === name));
  }
  return next.filter(Boolean);
};

const linkName = (node) =>
  (node.eventDefinitions || []).find((definition) => is(definition, 'bpmn:LinkEventDefinition'))?.name;

/** Everything that can be reached from some elements of a scope, following flows; a Set. */
export const reachable = (from, nodes) => spread(from, (node) => following(node, nodes));

/** Everything from which one of some elements can be reached; a Set. */
export const leading = (to, nodes) => {
  const before = new Map();
  for (const node of nodes) {
    for (const next of following(node, nodes)) before.set(next, [...(before.get(next) || []), node]);
  }
  return spread(to, (node) => before.get(node) || []);
};

const spread = (from, next) => {
  const found = new Set(from);
  const waiting = [...found];
  while (waiting.length) {
    for (const node of next(waiting.pop())) {
      if (!found.has(node)) {
        found.add(node);
        waiting.push(node);
      }
    }
  }
  return found;
};
