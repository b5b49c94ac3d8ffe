// The process as a whole, its lanes and the ways between its elements.
import { Group, ListGroup } from '@bpmn-io/properties-panel';
import { getBusinessObject, is, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { select, text, tick } from './entries.js';
import { Change, holderOf, property } from './extensions.js';
import { roleChoices } from './tasks.js';

function owner(element, { injector, words, vocabulary }) {
  const holder = holderOf(element);
  const write = (name) => (value) => new Change(injector, element).property(holder, name, value).run();
  return [
    select({
      id: 'marshrut-owner',
      label: words('Owner of the process'),
      options: roleChoices(words, vocabulary, property(holder, 'owner'), words('not chosen')),
      get: () => property(holder, 'owner') ?? '',
      set: write('owner'),
    }),
    text({ id: 'marshrut-title', label: words('Title of a process instance'), description: words('A text, or an expression that begins with ='), get: () => property(holder, 'title') ?? '', set: write('title') }),
  ];
}

function starters(element, { injector, words, vocabulary }) {
  const holder = holderOf(element);
  const found = (property(holder, 'starters') ?? '').split(',').map((each) => each.trim()).filter(Boolean);
  const write = (next) => new Change(injector, element).property(holder, 'starters', next.join(',')).run();
  const name = (id) => vocabulary.roles.find((each) => each.id === id)?.name ?? id;
  return {
    id: 'marshrut-starters',
    label: words('Who may start it'),
    component: ListGroup,
    items: found.map((role, index) => ({
      id: `marshrut-starter-${index}`,
      label: name(role),
      entries: [
        select({
          id: `marshrut-starter-${index}-role`,
          label: words('Role'),
          options: roleChoices(words, vocabulary, role, words('not chosen')).slice(1),
          get: () => role,
          set: (value) => write(found.map((each, at) => (at === index ? value : each))),
        }),
      ],
      remove: () => write(found.filter((_, at) => at !== index)),
    })),
    add: (event) => {
      event.stopPropagation();
      const next = vocabulary.roles.find((each) => !found.includes(each.id));
      if (next) write([...found, next.id]);
    },
  };
}

function laneRole(element, { injector, words, vocabulary }) {
  const role = getBusinessObject(element).id.match(/^lane_(.+)$/)?.[1];
  return select({
    id: 'marshrut-lane',
    label: words('Role'),
    options: roleChoices(words, vocabulary, role, words('not chosen')),
    get: () => role ?? '',
    set: (value) => {
      const chosen = vocabulary.roles.find((each) => each.id === value);
      const taken = injector.get('elementRegistry').get(`lane_${value}`);
      if (chosen && !taken) injector.get('modeling').updateProperties(element, { id: `lane_${value}`, name: chosen.name });
    },
  });
}

function otherwise(element, { injector, words }) {
  const flow = getBusinessObject(element);
  const source = flow.sourceRef;
  return tick({
    id: 'marshrut-default',
    label: words('The way when no condition holds'),
    get: () => source.default === flow,
    set: (on) => injector.get('modeling').updateProperties(element.source, { default: on ? flow : undefined }),
  });
}

const branches = (flow) => isAny(flow.sourceRef, ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway']);

/** The groups of a process, a lane or a flow. */
export function structureGroups(element, desk) {
  const group = (id, label, entries) => ({ id, label: desk.words(label), component: Group, entries, shouldOpen: true });
  if (is(element, 'bpmn:Lane')) return [group('marshrut-lane-group', 'Whose lane it is', [laneRole(element, desk)])];
  if (is(element, 'bpmn:SequenceFlow')) {
    return branches(getBusinessObject(element)) ? [group('marshrut-flow', 'Default way', [otherwise(element, desk)])] : [];
  }
  if (is(holderOf(element), 'bpmn:Process')) return [group('marshrut-process-group', 'Who is responsible', owner(element, desk)), starters(element, desk)];
  return [];
}
