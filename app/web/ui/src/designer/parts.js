// Small parts of the editors.
import { translate as words } from './i18n.js';

/** An element with properties and children. */
export function make(tag, properties = {}, ...children) {
  const { attributes = {}, ...own } = properties;
  const made = Object.assign(document.createElement(tag), own);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((each) => each !== null && each !== undefined));
  return made;
}

export const button = (label, act, look = 'editor-tool') => {
  const made = make('button', { type: 'button', className: look, textContent: label });
  made.addEventListener('click', act);
  return made;
};

/** Call `act` once nothing was asked for so many milliseconds. */
export function settled(act, pause) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, pause);
  };
}

/** Offer content as a download. */
export function download(content, name, type) {
  const link = make('a', { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Ask for a file; the answer is the file, or null. */
export function chosen(accept) {
  return new Promise((done) => {
    const input = make('input', { type: 'file', accept });
    input.addEventListener('change', () => done(input.files[0] ?? null));
    input.addEventListener('cancel', () => done(null));
    input.click();
  });
}

/** The address beside the file's content: …/content -> …/rows. */
export const beside = (element, name) => element.dataset.contentUrl.replace(/content$/, name);

/** A dialogue; true when `yes` was pressed. Without `yes` it only tells. */
export function ask(content, yes = '') {
  const dialog = make('dialog', { className: 'editor-dialog', attributes: { 'aria-label': words('Take in a file') } });
  const buttons = [button(words(yes ? 'Leave as it is' : 'Close'), () => dialog.close('no'), 'btn btn-outline-secondary')];
  if (yes) buttons.push(button(yes, () => dialog.close('yes'), 'btn btn-primary'));
  dialog.append(content, make('div', { className: 'd-flex gap-2 justify-content-end mt-3' }, ...buttons));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((done) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      done(dialog.returnValue === 'yes');
    });
  });
}

/** A dialogue that says something. */
export const tell = (text) => ask(make('p', { textContent: text }));
