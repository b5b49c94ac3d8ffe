// The rules of bpmnlint that we keep, with their severity for our own models. Left out: those that our own rules say
// better (conditional-flows, fake-join, no-disconnected, no-implicit-start, no-implicit-end), and those that forbid what runs
// here (ad-hoc-sub-process is refused by the reader, no-inclusive-gateway, standard-size).
import conditionalEvent from 'bpmnlint/rules/conditional-event.js';
import endEventRequired from 'bpmnlint/rules/end-event-required.js';
import eventBasedGateway from 'bpmnlint/rules/event-based-gateway.js';
import typedStart from 'bpmnlint/rules/event-sub-process-typed-start-event.js';
import global from 'bpmnlint/rules/global.js';
import labelRequired from 'bpmnlint/rules/label-required.js';
import linkEvent from 'bpmnlint/rules/link-event.js';
import noBpmndi from 'bpmnlint/rules/no-bpmndi.js';
import noComplexGateway from 'bpmnlint/rules/no-complex-gateway.js';
import noDuplicateFlows from 'bpmnlint/rules/no-duplicate-sequence-flows.js';
import noJoinFork from 'bpmnlint/rules/no-gateway-join-fork.js';
import noImplicitSplit from 'bpmnlint/rules/no-implicit-split.js';
import noOverlapping from 'bpmnlint/rules/no-overlapping-elements.js';
import singleBlankStart from 'bpmnlint/rules/single-blank-start-event.js';
import singleDefinition from 'bpmnlint/rules/single-event-definition.js';
import startEventRequired from 'bpmnlint/rules/start-event-required.js';
import blankStart from 'bpmnlint/rules/sub-process-blank-start-event.js';
import superfluousGateway from 'bpmnlint/rules/superfluous-gateway.js';
import superfluousTermination from 'bpmnlint/rules/superfluous-termination.js';

/** A file without any drawing is said once (not-drawn), not element by element. */
const undrawn = (config) => {
  const rule = noBpmndi(config);
  return { ...rule, check: (node, reporter) => (node.diagrams?.length ? rule.check(node, reporter) : undefined) };
};

/** name -> [severity, rule factory]. */
export const STANDARD = {
  'conditional-event': ['error', conditionalEvent],
  'end-event-required': ['error', endEventRequired],
  'event-based-gateway': ['error', eventBasedGateway],
  'event-sub-process-typed-start-event': ['error', typedStart],
  global: ['warn', global],
  'label-required': ['warn', labelRequired],
  'link-event': ['error', linkEvent],
  'no-bpmndi': ['warn', undrawn],
  'no-complex-gateway': ['error', noComplexGateway],
  'no-duplicate-sequence-flows': ['error', noDuplicateFlows],
  'no-gateway-join-fork': ['warn', noJoinFork],
  'no-implicit-split': ['error', noImplicitSplit],
  'no-overlapping-elements': ['warn', noOverlapping],
  'single-blank-start-event': ['error', singleBlankStart],
  'single-event-definition': ['error', singleDefinition],
  'start-event-required': ['error', startEventRequired],
  'sub-process-blank-start-event': ['error', blankStart],
  'superfluous-gateway': ['warn', superfluousGateway],
  'superfluous-termination': ['warn', superfluousTermination],
};
