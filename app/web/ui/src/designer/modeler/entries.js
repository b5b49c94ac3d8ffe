// Entries of the properties panel that read and write by two functions: a list to pick from, a number, a tick, a text.
import {
  CheckboxEntry, NumberFieldEntry, SelectEntry, TextFieldEntry, isCheckboxEntryEdited, isNumberFieldEntryEdited, isSelectEntryEdited, isTextFieldEntryEdited,
} from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';

const entry = (component, isEdited) => ({ id, label, get, set, ...more }) => ({ id, label, get, set, component, isEdited, ...more });

const Select = ({ element, id, label, get, set, options, description }) =>
  SelectEntry({ element, id, label, description, getValue: get, setValue: set, getOptions: () => options });

const Tick = ({ element, id, label, get, set, description }) =>
  CheckboxEntry({ element, id, label, description, getValue: get, setValue: set });

const Text = ({ element, id, label, get, set, description }) =>
  TextFieldEntry({ element, id, label, description, getValue: get, setValue: set, debounce: useService('debounceInput') });

const Count = ({ element, id, label, get, set, description }) =>
  NumberFieldEntry({ element, id, label, description, getValue: get, setValue: set, min: 0, debounce: useService('debounceInput') });

/** One of `options` ({value, label}, or {label, children} for a group of them). */
export const select = entry(Select, isSelectEntryEdited);
export const tick = entry(Tick, isCheckboxEntryEdited);
export const text = entry(Text, isTextFieldEntryEdited);
export const count = entry(Count, isNumberFieldEntryEdited);

const nameOf = (each) => each.name ?? each.label ?? each.title ?? each.id ?? each.type ?? each;
const valueOf = (each) => each.id ?? each.type ?? each.name ?? each;

/** Options of a list of the vocabulary, an empty one first; what the model says and the list does not know is kept. */
export function choices(list, current, empty, group) {
  const options = list.map((each) => ({ value: valueOf(each), label: nameOf(each), group: group?.(each) }));
  if (current && !options.some((each) => each.value === current)) options.unshift({ value: current, label: current });
  const first = { value: '', label: empty };
  if (!group) return [first, ...options];
  const groups = Map.groupBy(options, (each) => each.group ?? '');
  return [first, ...[...groups].flatMap(([label, children]) => (label ? [{ label, children }] : children))];
}
