// The keys of the editor, as a dialog: «?» anywhere on the drawing opens it.
import { translate as words } from '../i18n.js';

const KEYS = [
  ['Ctrl+Z', 'Undo'],
  ['Ctrl+Y', 'Redo'],
  ['Ctrl+C, Ctrl+X, Ctrl+V', 'Copy, cut, paste'],
  ['Ctrl+A', 'Select everything'],
  ['Delete', 'Delete what is selected'],
  ['F2, E', 'Edit the name'],
  ['A', 'Append to the selected element'],
  ['N', 'Create an element'],
  ['R', 'Change the kind of the element'],
  ['C', 'Connect elements'],
  ['H, L, S', 'Hand, lasso, space'],
  ['← ↑ → ↓', 'Move the selected element; with Shift faster'],
  ['Ctrl + ← ↑ → ↓', 'Move the diagram'],
  ['Ctrl+F', 'Find in the diagram'],
  ['Ctrl++, Ctrl+−, Ctrl+0', 'Zoom in, zoom out, whole diagram'],
  ['T', 'Try the way of a token'],
  ['Esc', 'Cancel'],
];

let dialog = null;

function make() {
  const made = document.createElement('dialog');
  made.className = 'modeler-keys';
  made.setAttribute('aria-labelledby', 'modeler-keys-title');
  const title = Object.assign(document.createElement('h2'), { id: 'modeler-keys-title', textContent: words('Keys') });
  const list = document.createElement('dl');
  for (const [keys, what] of KEYS) {
    list.append(Object.assign(document.createElement('dt'), { textContent: keys }), Object.assign(document.createElement('dd'), { textContent: words(what) }));
  }
  const close = Object.assign(document.createElement('button'), { type: 'button', className: 'btn', textContent: words('Close') });
  close.addEventListener('click', () => made.close());
  made.append(title, list, close);
  document.body.append(made);
  return made;
}

/** Open the dialog. */
export function showKeys() {
  dialog ??= make();
  dialog.showModal();
}

/** «?» opens it, unless somebody is writing. */
export function listen(container) {
  container.addEventListener('keydown', (event) => {
    if (event.key === '?' && !event.target.closest('input, textarea, select, [contenteditable]')) showKeys();
  });
}
