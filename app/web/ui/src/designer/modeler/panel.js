// Our part of the properties panel: what is picked from lists comes first, what the engine does not know is left out.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { pickGroups } from './picks.js';
import { structureGroups } from './structure.js';
import { taskGroups } from './tasks.js';

/** Groups of the Zeebe provider that mean nothing here. */
const IGNORED = new Set([
  'userTaskImplementation', 'adHocSubProcessImplementation', 'adHocCompletion', 'activeElements', 'outputCollection',
  'Zeebe__ExecutionListeners', 'Zeebe__TaskListeners',
]);
/** What is written into a user task's headers is read by nobody; its form is picked from the list. */
const IGNORED_OF_TASKS = new Set(['headers', 'form']);

class Groups {
  constructor(propertiesPanel, injector, translate, vocabulary) {
    this.desk = { injector, words: translate, vocabulary };
    propertiesPanel.registerProvider(200, this);
  }

  getGroups(element) {
    return (groups) => {
      const own = [...taskGroups(element, this.desk), ...pickGroups(element, this.desk), ...structureGroups(element, this.desk)];
      const left = groups.filter((each) => !IGNORED.has(each.id) && !(is(element, 'bpmn:UserTask') && IGNORED_OF_TASKS.has(each.id)));
      const general = left.findIndex((each) => each.id === 'general') + 1;
      return [...left.slice(0, general), ...own, ...left.slice(general)];
    };
  }
}

Groups.$inject = ['propertiesPanel', 'injector', 'translate', 'vocabulary'];

export default { __init__: ['marshrutGroups'], marshrutGroups: ['type', Groups] };
