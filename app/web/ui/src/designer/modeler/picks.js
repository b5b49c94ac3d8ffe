// What the program does: the kind of a service task, the process that is called, the decision, the message; from lists.
import { Group } from '@bpmn-io/properties-panel';
import { getBusinessObject, is, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { choices, select } from './entries.js';
import { Change, extension } from './extensions.js';
import { JOBS, apply, workOf } from './templates.js';

const THROWING = ['bpmn:IntermediateThrowEvent', 'bpmn:EndEvent'];

const eventDefinition = (element, type) => getBusinessObject(element).get('eventDefinitions')?.find((each) => is(each, type));

const isJob = (element) => isAny(element, JOBS) || (isAny(element, THROWING) && Boolean(eventDefinition(element, 'bpmn:MessageEventDefinition')));

function job(element, desk) {
  const { words, vocabulary } = desk;
  const holder = getBusinessObject(element);
  const current = extension(holder, 'zeebe:TaskDefinition')?.type;
  const type = vocabulary.service_types.find((each) => each.type === current);
  return select({
    id: 'marshrut-service-type',
    label: words('What the program does'),
    description: type?.description ?? '',
    options: choices(vocabulary.service_types.map((each) => ({ id: each.type, name: each.label ?? each.type, group: each.group })), current, words('not chosen'), (each) => each.group),
    get: () => current ?? '',
    set: (value) => apply(desk, element, workOf(value, desk)),
  });
}

function decision(element, { injector, words, vocabulary }) {
  const holder = getBusinessObject(element);
  const current = extension(holder, 'zeebe:CalledDecision');
  return select({
    id: 'marshrut-decision',
    label: words('Decision'),
    options: choices(vocabulary.decisions, current?.decisionId, words('not chosen')),
    get: () => current?.decisionId ?? '',
    set: (value) =>
      new Change(injector, element)
        .extend(holder, 'zeebe:CalledDecision', value ? { decisionId: value, bindingType: 'deployment', resultVariable: current?.resultVariable ?? value } : { decisionId: undefined })
        .run(),
  });
}

function calledProcess(element, { injector, words, vocabulary }) {
  const holder = getBusinessObject(element);
  const current = extension(holder, 'zeebe:CalledElement')?.processId;
  return select({
    id: 'marshrut-process',
    label: words('Called process'),
    options: choices(vocabulary.processes, current, words('not chosen')),
    get: () => current ?? '',
    set: (value) =>
      new Change(injector, element)
        .extend(holder, 'zeebe:CalledElement', {
          processId: value || undefined,
          bindingType: value ? 'deployment' : undefined,
          propagateAllChildVariables: value ? false : undefined,
          propagateAllParentVariables: value ? false : undefined,
        })
        .run(),
  });
}

/** The message element of a name; a new one stands among the roots of the diagram from then on. */
function messageOf(change, definitions, name) {
  const found = definitions.get('rootElements').find((each) => is(each, 'bpmn:Message') && each.name === name);
  if (found || !name) return found;
  const made = change.create('bpmn:Message', { name }, definitions);
  change.update(definitions, { rootElements: [...definitions.get('rootElements'), made] });
  return made;
}

function message(element, { injector, words, vocabulary }) {
  const holder = is(element, 'bpmn:ReceiveTask') ? getBusinessObject(element) : eventDefinition(element, 'bpmn:MessageEventDefinition');
  const current = holder.messageRef?.name;
  return select({
    id: 'marshrut-message',
    label: words('Which message'),
    options: choices(vocabulary.messages, current, words('not chosen')),
    get: () => current ?? '',
    set: (value) => {
      const change = new Change(injector, element);
      change.update(holder, { messageRef: messageOf(change, injector.get('bpmnjs').getDefinitions(), value) });
      change.run();
    },
  });
}

/** The group of what the program does at an element, if anything is picked there. */
export function pickGroups(element, desk) {
  const entries = [];
  if (isJob(element)) entries.push(job(element, desk));
  else if (is(element, 'bpmn:BusinessRuleTask')) entries.push(decision(element, desk));
  else if (is(element, 'bpmn:CallActivity')) entries.push(calledProcess(element, desk));
  if (is(element, 'bpmn:ReceiveTask') || (is(element, 'bpmn:CatchEvent') && eventDefinition(element, 'bpmn:MessageEventDefinition'))) {
    entries.push(message(element, desk));
  }
  return entries.length ? [{ id: 'marshrut-pick', label: desk.words('What happens here'), component: Group, entries, shouldOpen: true }] : [];
}
