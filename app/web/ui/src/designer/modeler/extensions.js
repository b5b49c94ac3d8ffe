// Reading and writing the zeebe: extensions of an element. What a person changes with one click is one command: one step
// to undo. Whatever stands beside the changed attribute, of ours or of other tools, stays as it is.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

/** The element that carries the extensions: of a pool its process. */
export function holderOf(element) {
  const found = getBusinessObject(element);
  return is(found, 'bpmn:Participant') && found.processRef ? found.processRef : found;
}

/** The first extension of a type, e.g. extension(task, 'zeebe:TaskSchedule'); undefined without one. */
export function extension(holder, type) {
  return holder?.extensionElements?.values?.find((each) => is(each, type));
}

/** The value of a zeebe:property, else undefined. */
export function property(holder, name) {
  return extension(holder, 'zeebe:Properties')?.properties?.find((each) => each.name === name)?.value;
}

const isEmpty = (found, changes) =>
  !Object.keys(found.$attrs).length &&
  Object.values({ ...found, ...changes }).every((each) => each === undefined || each === '' || each?.length === 0);

/** Changes of one element that are carried out together. */
export class Change {
  constructor(injector, element) {
    this.element = element;
    this.factory = injector.get('bpmnFactory');
    this.stack = injector.get('commandStack');
    this.commands = [];
    this.containers = new Map(); // extension elements made in this change, by holder
    this.values = new Map(); // what they will hold
  }

  /** Attributes of a moddle element; undefined removes one. */
  update(moddleElement, properties) {
    this.commands.push({ cmd: 'element.updateModdleProperties', context: { element: this.element, moddleElement, properties } });
    return this;
  }

  /** A new moddle element, e.g. create('zeebe:Input', {source, target}, mapping). */
  create(type, attributes, parent) {
    const made = this.factory.create(type, attributes);
    made.$parent = parent;
    return made;
  }

  /** Set attributes of an extension of the holder: it is made where there is none, removed where nothing is left in it. */
  extend(holder, type, properties) {
    const found = extension(holder, type);
    if (!found) return this.#append(holder, type, properties);
    if (!isEmpty(found, properties)) return this.update(found, properties);
    const container = holder.extensionElements;
    const values = (this.values.get(container) ?? container.get('values')).filter((each) => each !== found);
    this.values.set(container, values);
    return this.update(container, { values });
  }

  /** Set a zeebe:property; undefined or '' removes it. */
  property(holder, name, value) {
    const all = extension(holder, 'zeebe:Properties');
    const found = all?.properties?.find((each) => each.name === name);
    if (found && value) return this.update(found, { value });
    const others = (all?.properties ?? []).filter((each) => each !== found);
    const made = value ? [this.create('zeebe:Property', { name, value }, all)] : [];
    return found || value ? this.extend(holder, 'zeebe:Properties', { properties: [...others, ...made] }) : this;
  }

  /** Carry everything out as one command. */
  run() {
    if (this.commands.length) this.stack.execute('properties-panel.multi-command-executor', this.commands);
  }

  #append(holder, type, properties) {
    if (Object.values(properties).every((each) => each === undefined || each === '')) return this;
    let container = holder.extensionElements ?? this.containers.get(holder);
    if (!container) {
      container = this.create('bpmn:ExtensionElements', { values: [] }, holder);
      this.containers.set(holder, container);
      this.update(holder, { extensionElements: container });
    }
    const made = this.create(type, properties, container);
    for (const each of Object.values(properties).flat()) if (each?.$type) each.$parent = made;
    const values = [...(this.values.get(container) ?? container.get('values')), made];
    this.values.set(container, values);
    return this.update(container, { values });
  }
}
