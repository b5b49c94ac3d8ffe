// What a person's task asks of the designer: whose it is, which form, until when, with which answers.
import { Group, ListGroup } from '@bpmn-io/properties-panel';
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { choices, count, select, text, tick } from './entries.js';
import { Change, extension, property } from './extensions.js';
import { apply } from './templates.js';

const WORKING_DAYS = /^(\d+) wd$/;
const PLACES = ['school_id', 'municipality_id', 'organisation'];

/** candidateGroups -> {role, place}: `head`, `="head@" + school_id`; {other} for an expression of another shape. */
export function readRole(groups) {
  if (!groups) return {};
  if (/^(="[\w-]+"|[\w-]+)$/.test(groups)) return { role: groups.replace(/^="|"$/g, '') };
  const [, role, place] = groups.match(/^=\s*"([\w-]+)@"\s*\+\s*(.+)$/) ?? [];
  return role ? { role, place } : { other: groups };
}

/** {role, place} -> candidateGroups. */
export const writeRole = ({ role, place }) => (!role ? undefined : place ? `="${role}@" + ${place}` : role);

/** The role of the lane in which an element stands, by `lane_<role>`. */
export function roleOfLane(element) {
  for (let at = getBusinessObject(element); at && !is(at, 'bpmn:Process'); at = at.$parent) {
    const node = at;
    const lane = lanesAround(node).findLast((each) => each.flowNodeRef?.includes(node) && each.id.startsWith('lane_'));
    if (lane) return lane.id.slice('lane_'.length);
  }
  return undefined;
}

function lanesAround(node) {
  let at = node;
  while (at && !is(at, 'bpmn:Process')) at = at.$parent;
  const inSet = (set) => (set?.lanes ?? []).flatMap((lane) => [lane, ...inSet(lane.childLaneSet)]);
  return (at?.laneSets ?? []).flatMap(inSet);
}

/** Whether a property of the holder says yes. */
const yes = (injector, element, holder, name, label, description) =>
  tick({
    id: `marshrut-${name}`,
    label,
    description,
    get: () => property(holder, name) === 'true',
    set: (on) => new Change(injector, element).property(holder, name, on ? 'true' : undefined).run(),
  });

/** Roles to pick from, by level. */
export const roleChoices = (words, vocabulary, current, empty) => {
  const levels = { region: words('Region'), municipality: words('Municipality'), school: words('School') };
  return choices(vocabulary.roles, current, empty, (each) => levels[each.level] ?? words('Other roles'));
};

function whose(element, { injector, words, vocabulary }) {
  const holder = getBusinessObject(element);
  const { role, place, other } = readRole(extension(holder, 'zeebe:AssignmentDefinition')?.candidateGroups);
  const lane = roleOfLane(element);
  const inLane = vocabulary.roles.find((each) => each.id === lane)?.name ?? lane;
  const write = (next) =>
    new Change(injector, element).extend(holder, 'zeebe:AssignmentDefinition', { candidateGroups: writeRole(next) }).run();
  const places = { school_id: words('that school'), municipality_id: words('that municipality'), organisation: words('that organisation') };
  return [
    select({
      id: 'marshrut-role',
      label: words('Role'),
      description: other ? words('Set by an expression: {expression}', { expression: other }) : '',
      options: roleChoices(words, vocabulary, role, inLane ? words('as the lane: {role}', { role: inLane }) : words('not chosen')),
      get: () => role ?? '',
      set: (value) => write({ role: value, place: value && place }),
    }),
    role &&
      select({
        id: 'marshrut-place',
        label: words('Of which organisation'),
        options: choices(PLACES.map((id) => ({ id, name: places[id] })), place, words('where the process runs')),
        get: () => place ?? '',
        set: (value) => write({ role, place: value }),
      }),
  ];
}

function work(element, { injector, words, vocabulary }) {
  const holder = getBusinessObject(element);
  const form = extension(holder, 'zeebe:FormDefinition');
  const due = extension(holder, 'zeebe:TaskSchedule')?.dueDate;
  const days = due?.match(WORKING_DAYS)?.[1];
  return [
    select({
      id: 'marshrut-form',
      label: words('Form'),
      options: choices(vocabulary.forms, form?.formId, words('no form')),
      get: () => form?.formId ?? '',
      set: (value) =>
        new Change(injector, element)
          .extend(holder, 'zeebe:FormDefinition', { formId: value || undefined, bindingType: value ? 'deployment' : undefined, formKey: undefined })
          .run(),
    }),
    count({
      id: 'marshrut-deadline',
      label: words('Deadline, working days'),
      description: due && !days ? words('Set by an expression: {expression}', { expression: due }) : '',
      get: () => (days ? Number(days) : undefined),
      set: (value) =>
        new Change(injector, element).extend(holder, 'zeebe:TaskSchedule', { dueDate: value ? `${value} wd` : undefined }).run(),
    }),
    yes(injector, element, holder, 'signoff', words('Asks for the password as a signature')),
    yes(injector, element, holder, 'readonly_form', words('The form is only read')),
    yes(injector, element, holder, 'bulk', words('May be done for many at once')),
  ];
}

/** The template of the task: with another one comes what it says, and leaves what the first one had brought. */
function template(element, desk) {
  const { injector, words } = desk;
  const templates = injector.get('elementTemplates');
  const found = getBusinessObject(element).get('zeebe:modelerTemplate');
  return select({
    id: 'marshrut-template',
    label: words('Template'),
    description: templates.get(element)?.description ?? '',
    options: choices(templates.getLatest(element), found, words('no template')),
    get: () => found ?? '',
    set: (value) => apply(desk, element, templates.get(value) ?? undefined),
  });
}

const readOutcomes = (value) =>
  (value ?? '').split('|').filter(Boolean).map((each) => ({ id: each.split(':')[0], label: each.split(':').slice(1).join(':') }));

function outcomes(element, { injector, words }) {
  const holder = getBusinessObject(element);
  const found = readOutcomes(property(holder, 'outcomes'));
  const write = (next) =>
    new Change(injector, element).property(holder, 'outcomes', next.map((each) => `${each.id}:${each.label}`).join('|')).run();
  const kinds = [
    { id: 'approve', name: words('agrees') },
    { id: 'return', name: words('sends back, with a comment') },
    { id: 'refuse', name: words('refuses, with a comment') },
  ];
  const item = (one, index) => {
    const change = (facts) => write(found.map((each, at) => (at === index ? { ...each, ...facts } : each)));
    return {
      id: `marshrut-outcome-${index}`,
      label: one.label,
      entries: [
        text({ id: `marshrut-outcome-${index}-label`, label: words('Button'), get: () => one.label, set: (label) => change({ label: (label ?? '').replace(/[|:]/g, ' ') }) }),
        select({ id: `marshrut-outcome-${index}-id`, label: words('Meaning'), options: choices(kinds, one.id, words('other')).slice(1), get: () => one.id, set: (id) => change({ id }) }),
      ],
      remove: () => write(found.filter((_, at) => at !== index)),
    };
  };
  return {
    id: 'marshrut-outcomes',
    label: words('Answers (buttons)'),
    component: ListGroup,
    items: found.map(item),
    add: (event) => {
      event.stopPropagation();
      const labels = { approve: words('Approve'), return: words('Send back'), refuse: words('Refuse') };
      const id = kinds.map((each) => each.id).find((each) => !found.some((one) => one.id === each)) ?? `answer_${found.length + 1}`;
      write([...found, { id, label: labels[id] ?? words('Another answer') }]);
    },
  };
}

/** The groups of a user task. */
export function taskGroups(element, desk) {
  if (!is(element, 'bpmn:UserTask')) return [];
  return [
    { id: 'marshrut-task', label: desk.words('Who does what'), component: Group, entries: [template(element, desk), ...whose(element, desk), ...work(element, desk)].filter(Boolean), shouldOpen: true },
    outcomes(element, desk),
  ];
}
