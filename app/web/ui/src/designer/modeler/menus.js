// The menus offer nothing that the engine refuses.
const REFUSED = /complex-gateway|ad-?hoc|transaction|cancel|loop$/;

class Menus {
  constructor(popupMenu) {
    for (const menu of ['bpmn-append', 'bpmn-create', 'bpmn-replace']) popupMenu.registerProvider(menu, 100, this);
  }

  getPopupMenuEntries() {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([id]) => !REFUSED.test(id)));
  }

  getPopupMenuHeaderEntries() {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([id]) => !REFUSED.test(id)));
  }
}

Menus.$inject = ['popupMenu'];

export default { __init__: ['marshrutMenus'], marshrutMenus: ['type', Menus] };
