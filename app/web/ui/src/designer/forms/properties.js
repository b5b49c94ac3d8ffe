// Our group in the properties of a field: where its value comes from, when it is demanded, who sees it. What the platform
// knows is picked from lists; the texts go into `properties` of the component, as forms/README.md describes.
import { h } from 'preact';
import { translate as words } from '../i18n.js';

const ENTERED = ['textfield', 'textarea', 'number', 'checkbox', 'checklist', 'taglist', 'radio', 'select', 'datetime', 'filepicker'];
const KEYED = [...ENTERED, 'expression'];
const PLACED = [...KEYED, 'group', 'dynamiclist', 'text', 'html', 'image', 'table', 'documentPreview', 'separator', 'spacer'];
const CHOICES = ['select', 'taglist'];

/** The properties in the order in which they are shown: name, kind, types of components. */
const PROPERTIES = [
  ['source', 'sources', CHOICES],
  ['sourceFilter', 'feel', CHOICES, (field) => Boolean(field.properties?.source)],
  ['prefill', 'feel', [...KEYED, 'dynamiclist']],
  ['requiredWhen', 'feel', ENTERED],
  ['check', 'feel', [...ENTERED, 'dynamiclist', 'group']],
  ['checkMessage', 'text', [...ENTERED, 'dynamiclist', 'group'], (field) => Boolean(field.properties?.check)],
  ['min', 'text', ['datetime']],
  ['max', 'text', ['datetime']],
  ['truncate', 'flag', ['number', 'expression']],
  ['signoff', 'flag', ['checkbox']],
  ['rows', 'feel', ['dynamiclist']],
  ['rowKey', 'text', ['dynamiclist'], (field) => Boolean(field.properties?.rows)],
  ['minRows', 'number', ['dynamiclist']],
  ['maxRows', 'number', ['dynamiclist']],
  ['maxSize', 'number', ['filepicker']],
  ['showFor', 'roles', PLACED],
  ['readonlyFor', 'roles', [...ENTERED, 'dynamiclist', 'group']],
];
/** What each property is called, and what to put there. */
const SAID = {
  source: () => [words('Choices from'), words('Where the choices come from: people, organisations, records and documents.')],
  sourceFilter: () => [words('Narrow the choices'), words('A FEEL expression, as ={role: "iro_methodist"}')],
  prefill: () => [words('Filled in before'), words('A FEEL expression: the value at the start; of a read-only field, for good.')],
  requiredWhen: () => [words('Required when'), words('A FEEL expression, as =age < 18')],
  check: () => [words('Must be true'), words('A FEEL expression that must be true; the field itself is called value.')],
  checkMessage: () => [words('What to say when the rule is broken'), words('One sentence for people.')],
  min: () => [words('Not before'), words('A date or an expression, as =today(); not before it')],
  max: () => [words('Not after'), words('A date or an expression, as =today(); not after it')],
  truncate: () => [words('Shown to one decimal'), words('Not rounded; the whole number is kept and compared.')],
  signoff: () => [words('Signature'), words('To tick this field is to sign; the task asks for the password.')],
  rows: () => [words('Rows from data'), words('A FEEL expression that gives a list: one row for each value.')],
  rowKey: () => [words('The key that tells rows apart'), words('The first one when none is named.')],
  minRows: () => [words('Rows, at least'), words('0 when nothing is said.')],
  maxRows: () => [words('Rows, at most'), words('200 when nothing is said.')],
  maxSize: () => [words('Size of a file, MB'), words('20 when nothing is said.')],
  showFor: () => [words('Shown only to the roles'), words('To everybody who sees the form when none is chosen.')],
  readonlyFor: () => [words('Read-only for the roles'), words('The others may fill it in.')],
};
const OWN = new Set(PROPERTIES.map(([name]) => name));
const OPTIONS = ['valuesSource', 'dynamicOptions', 'staticOptions', 'optionsExpression']; // a source takes their place
const HIDDEN = ['custom-values', 'security-attributes'];

const split = (text) => (text ?? '').replace(/[[\]]/g, '').split(/[,+]/).map((each) => each.trim()).filter(Boolean);

/** A copy of the properties with one of them set, or without it. */
function changed(field, name, value) {
  const { [name]: _before, ...rest } = field.properties ?? {};
  return value ? { ...rest, [name]: value } : rest;
}

const frame = (name, kind, ...children) =>
  h('div', { class: 'bio-properties-panel-entry', 'data-entry-id': `platform-${name}` },
    h('div', { class: `bio-properties-panel-${kind}` }, ...children));

const labelOf = (name) => h('label', { class: 'bio-properties-panel-label', for: `platform-${name}` }, SAID[name]()[0]);
const hint = (name) => h('div', { class: 'bio-properties-panel-description platform-hint' }, SAID[name]()[1]);

function Line({ name, kind, element, set }) {
  const value = element.properties?.[name] ?? '';
  const take = (event) => event.target.value.trim() !== value && set(name, event.target.value.trim());
  const shared = { id: `platform-${name}`, class: 'bio-properties-panel-input', value, onChange: take, spellcheck: kind === 'text' };
  const control = kind === 'feel' ? h('textarea', { ...shared, rows: Math.min(6, 1 + Math.ceil(value.length / 34)) })
    : h('input', { ...shared, type: 'text', inputmode: kind === 'number' ? 'numeric' : undefined });
  return [frame(name, 'textfield', labelOf(name), control), hint(name)];
}

function Flag({ name, element, set }) {
  const checked = String(element.properties?.[name] ?? '') === 'true';
  return [frame(name, 'checkbox', h('input', {
    id: `platform-${name}`, type: 'checkbox', class: 'bio-properties-panel-input', checked,
    onChange: (event) => set(name, event.target.checked ? 'true' : ''),
  }), labelOf(name)), hint(name)];
}

/** Several of a list: what is chosen with a button that takes it away, and a list to add from. */
function Several({ name, choices, element, set }) {
  const chosen = split(element.properties?.[name]);
  const said = (id) => choices.find((each) => each.id === id)?.name ?? id;
  const put = (next) => set(name, next.join(','));
  const items = chosen.map((id) => h('li', { key: id }, h('span', {}, said(id)),
    h('button', { type: 'button', 'aria-label': words('Take away: {name}', { name: said(id) }), onClick: () => put(chosen.filter((each) => each !== id)) }, '×')));
  const free = choices.filter((each) => !chosen.includes(each.id));
  const add = (event) => {
    const { value } = event.target;
    event.target.value = '';
    if (value) put([...chosen, value]);
  };
  return [frame(name, 'select', labelOf(name), chosen.length ? h('ul', { class: 'form-chips' }, items) : null,
    h('select', { id: `platform-${name}`, class: 'bio-properties-panel-input', value: '', onChange: add },
      h('option', { value: '' }, words(chosen.length ? 'Add one more…' : 'Choose…')),
      free.map((each) => h('option', { key: each.id, value: each.id }, each.name)))), hint(name)];
}

const PARTS = { sources: Several, roles: Several, flag: Flag };

/** The group for a field, null where none of our properties fits. */
function group(field, editField, lists) {
  const fitting = PROPERTIES.filter(([, , types, when]) => types.includes(field.type) && (!when || when(field)));
  if (!fitting.length) return null;
  const set = (name, value) => editField(field, ['properties'], changed(field, name, value));
  const entries = fitting.map(([name, kind]) => ({
    id: `platform-${name}`,
    component: (props) => h(PARTS[kind] ?? Line, { ...props, name, kind, element: field, set, choices: lists[kind] ?? [] }),
    isEdited: () => Boolean(field.properties?.[name]),
  }));
  return { id: 'platform', label: words('Marshrut'), entries, shouldOpen: Object.keys(field.properties ?? {}).some((name) => OWN.has(name)) };
}

/** The provider: our group behind the general one; groups without meaning on the platform go. */
export function platformProperties(lists) {
  class Platform {
    constructor(propertiesPanel) {
      propertiesPanel.registerProvider(this, 500);
    }

    getGroups(field, editField) {
      return (groups) => {
        const own = field ? group(field, editField, lists) : null;
        const kept = groups.filter((each) => !HIDDEN.includes(each.id) && !(field?.properties?.source && OPTIONS.includes(each.id)));
        return own ? [...kept.slice(0, 1), own, ...kept.slice(1)] : kept;
      };
    }
  }
  Platform.$inject = ['propertiesPanel'];
  return { __init__: ['platformProperties'], platformProperties: ['type', Platform] };
}
