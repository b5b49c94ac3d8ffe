// What FEEL completion knows besides the mappings of the diagram: what the platform gives to every instance, what a form
// leaves at its task, what a service type answers, and our functions.
import { VariableProvider, ZeebeVariableResolverModule } from '@bpmn-io/variable-resolver';
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { extension } from './extensions.js';

const named = (each) => (typeof each === 'string' ? { name: each } : { name: each.name ?? each.key, info: each.label, type: each.type });

/** A function as completion offers it; optional parameters stand in brackets. */
const offered = ({ name, signature, description, example }) => ({
  name,
  type: 'function',
  params: (signature.match(/\((.*)\)/)?.[1] ?? '').split(',').map((each) => each.trim()).filter((each) => each && !each.startsWith('[')).map((each) => ({ name: each })),
  info: example ? `${description} ${example}` : description,
});

class Variables extends VariableProvider {
  constructor(variableResolver, vocabulary, translate) {
    super(variableResolver);
    this.vocabulary = vocabulary;
    this.words = translate;
  }

  /** Called with every element of the diagram. */
  getVariables(element) {
    if (is(element, 'bpmn:Process')) return this.#everywhere(element);
    if (is(element, 'bpmn:UserTask')) return this.#ofTask(element);
    const type = extension(element, 'zeebe:TaskDefinition')?.type;
    const found = type && this.vocabulary.service_types.find((each) => each.type === type);
    return (found?.outputs ?? []).map((each) => this.#left(element, named(each)));
  }

  #everywhere(process) {
    const given = PLATFORM.map((name) => ({ name, info: this.words('Given by the platform'), scope: process }));
    return [...given, ...this.vocabulary.feel_functions.map((each) => ({ ...offered(each), scope: process }))];
  }

  #ofTask(task) {
    const id = extension(task, 'zeebe:FormDefinition')?.formId;
    const fields = (this.vocabulary.forms.find((each) => each.id === id)?.fields ?? []).map(named);
    const info = this.words('Given by whoever did the task');
    const local = ['outcome', 'comment', 'actor', 'acted_at'].map((name) => ({ name, info, scope: task }));
    return [...fields.map((each) => this.#left(task, each)), ...local, { name: 'submission', type: 'Context', info, entries: fields, scope: task }];
  }

  // With output mappings only those leave the element.
  #left(element, variable) {
    const kept = extension(element, 'zeebe:IoMapping')?.outputParameters?.length;
    return kept ? { ...variable, scope: element } : variable;
  }
}

Variables.$inject = ['variableResolver', 'vocabulary', 'translate'];

/** ARCHITECTURE.md: header variables of an instance, and the deadlines of the region. */
const PLATFORM = ['initiator', 'year', 'region', 'municipality_id', 'school_id', 'roadmap_row', 'sla'];

export default { __depends__: [ZeebeVariableResolverModule], __init__: ['marshrutVariables'], marshrutVariables: ['type', Variables] };
