// The menus offer nothing that the engine refuses; templates have the sign of their kind of task.
const REFUSED = /complex-gateway|ad-?hoc|transaction|cancel|loop$/;
const TEMPLATE = /\.template-marshrut\.(task\.)?/;

function offered([id, entry]) {
  const found = id.match(TEMPLATE);
  if (!found) return REFUSED.test(id) ? [] : [[id, entry]];
  return [[id, { ...entry, className: found[1] ? 'bpmn-icon-user-task' : 'bpmn-icon-service-task' }]];
}

class Menus {
  constructor(popupMenu) {
    for (const menu of ['bpmn-append', 'bpmn-create', 'bpmn-replace']) popupMenu.registerProvider(menu, 100, this);
  }

  getPopupMenuEntries() {
    return (entries) => Object.fromEntries(Object.entries(entries).flatMap(offered));
  }

  getPopupMenuHeaderEntries() {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([id]) => !REFUSED.test(id)));
  }
}

Menus.$inject = ['popupMenu'];

export default { __init__: ['marshrutMenus'], marshrutMenus: ['type', Menus] };
