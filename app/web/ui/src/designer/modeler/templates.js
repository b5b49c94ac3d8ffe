// Element templates: every kind of work of the program, and the usual tasks of people, ready to be put into a diagram.
// They are made from the vocabulary. bpmn-js-element-templates keeps them, offers them in the menus and draws new elements
// by them; put on an element that stands already they add, and take away only what another template brought and nobody
// changed. (The library's own way takes away all that the template does not know.)
import { CloudElementTemplatesCoreModule } from 'bpmn-js-element-templates/core';
import { CreateAppendElementTemplatesModule } from 'bpmn-js-create-append-anything';
import { getBusinessObject, is, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { Change, extension } from './extensions.js';

/** The elements at which the program works. */
export const JOBS = ['bpmn:ServiceTask', 'bpmn:SendTask'];

const constant = (value, binding) => ({ type: 'Hidden', value, binding });
const start = (value, binding) => ({ type: 'String', value, binding });
const nameOf = (each) => each.name ?? each;
const isNamed = (kind) => Boolean(kind.label) && kind.label !== kind.type;

function ofWork(kind, words) {
  return {
    id: `marshrut.${kind.type}`,
    name: kind.label ?? kind.type,
    description: kind.description,
    keywords: [kind.type],
    category: { id: `template-${kind.group}`, name: words('Templates: {group}', { group: kind.group }) },
    appliesTo: JOBS,
    properties: [
      ...(isNamed(kind) ? [start(kind.label, { type: 'property', name: 'name' })] : []),
      constant(kind.type, { type: 'zeebe:taskDefinition', property: 'type' }),
      ...(kind.inputs ?? []).map(nameOf).map((name) => start(`=${name}`, { type: 'zeebe:input', name })),
      ...(kind.outputs ?? []).map(nameOf).map((name) => start(name, { type: 'zeebe:output', source: `=${name}` })),
    ],
  };
}

function ofTasks(words) {
  const category = { id: 'template-people', name: words('Templates: {group}', { group: words('tasks of people') }) };
  const agree = `approve:${words('Approve')}|return:${words('Send back')}`;
  const sign = `approve:${words('Sign')}|return:${words('Send back')}`;
  const made = (id, name, description, properties, more = []) => ({
    id: `marshrut.task.${id}`,
    name,
    description,
    category,
    appliesTo: ['bpmn:UserTask'],
    properties: [
      start(name, { type: 'property', name: 'name' }),
      constant(undefined, { type: 'zeebe:userTask' }),
      ...more,
      ...Object.entries(properties).map(([key, value]) => start(value, { type: 'zeebe:property', name: key })),
    ],
  });
  return [
    made('fill', words('Fill in a form'), words('A person fills in the form that you choose'), {}, [constant('deployment', { type: 'zeebe:formDefinition', property: 'bindingType' })]),
    made('agree', words('Approve'), words('Reads and agrees or sends back with a comment'), { outcomes: agree, readonly_form: 'true' }),
    made('sign', words('Sign'), words('Reads and signs with the password, or sends back with a comment'), { outcomes: sign, signoff: 'true', readonly_form: 'true' }),
  ];
}

/** The template of a service type, also of one that nobody has named; undefined without such a type. */
export function workOf(type, { vocabulary, words }) {
  const kind = vocabulary.service_types.find((each) => each.type === type);
  return kind && ofWork(kind, words);
}

/** What is offered: tasks of people, then what the program does, the built-in kinds first. What has no name yet is not. */
function templatesOf(vocabulary, words) {
  const byGroup = [...Map.groupBy(vocabulary.service_types.filter(isNamed), (each) => each.group).entries()];
  const builtIn = ([, kinds]) => kinds.some((each) => !each.type.includes('.'));
  return [...ofTasks(words), ...byGroup.sort((one, other) => builtIn(other) - builtIn(one)).flatMap(([, kinds]) => kinds.map((each) => ofWork(each, words)))];
}

/** What a template brings of one kind, as attributes of the moddle elements that hold it. */
const BROUGHT = {
  'zeebe:input': ({ value, binding }) => ({ source: value, target: binding.name }),
  'zeebe:output': ({ value, binding }) => ({ source: binding.source, target: value }),
  'zeebe:property': ({ value, binding }) => ({ name: binding.name, value }),
};

const brought = (template, kind) => (template?.properties ?? []).filter((each) => each.binding.type === kind);

/** A list after the old template left and the new one came; `key` tells its entries apart. */
function exchanged(change, parent, list, [kind, type, key], older, newer) {
  const [gone, fresh] = [older, newer].map((template) => brought(template, kind).map(BROUGHT[kind]));
  const kept = list.filter((each) => !gone.some((one) => Object.entries(one).every(([name, value]) => each[name] === value)));
  const more = fresh.filter((one) => !kept.some((each) => each[key] === one[key]));
  return [...kept, ...more.map((one) => change.create(type, one, parent))];
}

function lists(change, holder, type, kinds, older, newer) {
  const found = extension(holder, type);
  const next = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [name, exchanged(change, found, found?.[name] ?? [], kind, older, newer)]),
  );
  if (found || Object.values(next).some((each) => each.length)) change.extend(holder, type, next);
}

/** Put a template on an element in the place of the one it has; undefined takes that one away. One step to undo. */
export function apply(desk, element, newer) {
  const holder = getBusinessObject(element);
  const templates = desk.injector.get('elementTemplates');
  const older = templates.get(element) ?? workOf(extension(holder, 'zeebe:TaskDefinition')?.type, desk);
  const change = new Change(desk.injector, element);
  const linked = newer && isAny(element, newer.appliesTo) ? templates.get(newer.id)?.id : undefined;
  const [before, name] = [older, newer].map((template) => brought(template, 'property')[0]?.value);
  const named = name && (!holder.name || holder.name === before) ? { name } : {};
  change.update(holder, { 'zeebe:modelerTemplate': linked, 'zeebe:modelerTemplateVersion': undefined, ...named });
  if (!is(element, 'bpmn:UserTask')) change.extend(holder, 'zeebe:TaskDefinition', { type: brought(newer, 'zeebe:taskDefinition')[0]?.value });
  if (brought(newer, 'zeebe:formDefinition').length && !extension(holder, 'zeebe:FormDefinition')) {
    change.extend(holder, 'zeebe:FormDefinition', { bindingType: 'deployment' });
  }
  lists(change, holder, 'zeebe:IoMapping', { inputParameters: ['zeebe:input', 'zeebe:Input', 'target'], outputParameters: ['zeebe:output', 'zeebe:Output', 'source'] }, older, newer);
  lists(change, holder, 'zeebe:Properties', { properties: ['zeebe:property', 'zeebe:Property', 'name'] }, older, newer);
  change.run();
  return element;
}

class Templates {
  constructor(elementTemplates, injector, vocabulary, translate) {
    const desk = { injector, vocabulary, words: translate };
    elementTemplates.set(templatesOf(vocabulary, translate));
    elementTemplates.applyTemplate = (element, template) => apply(desk, element, template);
    elementTemplates.removeTemplate = (element) => apply(desk, element);
  }
}

Templates.$inject = ['elementTemplates', 'injector', 'vocabulary', 'translate'];

// Templates without conditions need no behaviour that applies them anew, or sorts what a person put in another order.
export default {
  __depends__: [CloudElementTemplatesCoreModule, CreateAppendElementTemplatesModule],
  __init__: ['marshrutTemplates'],
  marshrutTemplates: ['type', Templates],
  elementTemplatesConditionalBehavior: ['value', null],
  elementTemplatesUpdatePropertiesOrderBehavior: ['value', null],
};
