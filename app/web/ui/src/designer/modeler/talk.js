// Comments beside the drawing: an element with open comments bears their number, the list follows the selection.
import { openComments } from '../comments.js';
import { translate as words } from '../i18n.js';

function mark(count, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'modeler-comments-mark';
  made.textContent = `💬 ${count}`;
  made.setAttribute('aria-label', words('Open comments: {count}', { count }));
  made.addEventListener('click', act);
  return made;
}

/** Open the comments of the file of `element`; `select(id)` shows an element. */
export async function listen(element, modeler, select) {
  const registry = modeler.get('elementRegistry');
  const overlays = modeler.get('overlays');
  const talk = await openComments(element, { select, nameOf: (id) => registry.get(id)?.businessObject.name ?? '' });
  const show = () => {
    overlays.remove({ type: 'comment' });
    for (const id of new Set(talk.comments.map((each) => each.element_id))) {
      const count = registry.get(id) && talk.open(id);
      if (count) overlays.add(id, 'comment', { position: { top: -14, right: 10 }, html: mark(count, () => select(id)) });
    }
  };
  modeler.on('selection.changed', ({ newSelection }) => talk.about(newSelection.length === 1 ? newSelection[0].id : null));
  modeler.on('import.done', show);
  talk.addEventListener('change', show);
  show();
}
