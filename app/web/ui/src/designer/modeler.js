// The process editor: <div data-island="modeler" data-content-url data-save-url data-lock-url data-checks-url
// data-vocabulary-url data-comments-url data-readonly data-name data-element>. Where nothing can be changed (a narrow
// window, a file that a colleague holds, a draft under review) it shows the drawing. An unchanged diagram is never
// written: the server keeps the bytes that came.
import { send } from './calls.js';
import { prefer, translate as words } from './i18n.js';
import { Findings, list } from './modeler/findings.js';
import { listen as listenToKeys } from './modeler/keys.js';
import { editor, viewer } from './modeler/modules.js';
import { listen as listenToComments } from './modeler/talk.js';
import { fill } from './modeler/toolbar.js';
import { openFile } from './saving.js';
import { takeIn } from './taking-in.js';
import { linting } from '../../lint/index.mjs';
import './modeler/modeler.css';

const READABLE = 0.6; // of full size
const PALETTE = 140; // pixels left of the drawing
const LISTS = ['roles', 'forms', 'decisions', 'processes', 'service_types', 'messages', 'document_templates', 'feel_functions'];

/** The lists to pick from; each is there, if empty. */
async function vocabularyOf(url) {
  const found = await send('GET', url);
  return { ...found, ...Object.fromEntries(LISTS.map((name) => [name, found[name] ?? []])) };
}

/** What the browser can check alone; whether forms, decisions and processes exist only the server knows. */
const rules = ({ roles }) =>
  linting(roles.length ? { roles: roles.map((each) => each.id) } : {}, document.documentElement.lang.startsWith('ru') ? 'ru' : 'en');

function frame(element, readonly) {
  element.classList.add('modeler');
  element.classList.toggle('modeler-readonly', readonly);
  const part = (tag, name, label, role) => {
    const made = document.createElement(tag);
    made.className = `modeler-${name}`;
    if (label) made.setAttribute('aria-label', label);
    if (role) made.setAttribute('role', role);
    return made;
  };
  const [bar, canvas] = [part('div', 'bar', words('The whole diagram'), 'toolbar'), part('div', 'canvas')];
  const [panel, findings] = [part('section', 'panel', words('Properties')), part('section', 'findings', words('Findings'))];
  element.replaceChildren(bar, canvas, ...(readonly ? [] : [panel, findings]));
  return { bar, canvas, panel, findings };
}

/** The whole drawing if its words stay readable, else its upper left end; `left` pixels stay free for the palette. */
function fit(modeler, left = 0) {
  const canvas = modeler.get('canvas');
  canvas.zoom('fit-viewport', 'auto');
  if (canvas.zoom() >= READABLE) {
    const { inner: drawn, x, scale } = canvas.viewbox();
    canvas.scroll({ dx: Math.max(0, left - (drawn.x - x) * scale), dy: 0 });
    return;
  }
  const { inner } = canvas.viewbox();
  canvas.zoom(READABLE);
  const { width, height } = canvas.viewbox();
  canvas.viewbox({ x: inner.x - left / READABLE, y: inner.y - height / 10, width, height });
}

/** Select an element and bring it into sight. */
const finder = (modeler) => (id) => {
  const found = modeler.get('elementRegistry').get(id);
  if (!found) return;
  modeler.get('canvas').scrollToElement(found, 80);
  modeler.get('selection').select(found);
};

async function look(element, xml, name) {
  const { bar, canvas } = frame(element, true);
  const shown = viewer(canvas);
  await shown.importXML(xml);
  fit(shown, 20);
  fill(bar, shown, { name, readonly: true, content: async () => xml });
  return shown;
}

/** What stands in the file: the bytes that came, until something is changed. */
function contentOf(modeler, came) {
  let original = came;
  const stack = modeler.get('commandStack');
  return {
    read: async () => (stack.canUndo() ? (await modeler.saveXML({ format: true })).xml : original),
    take: async (text) => {
      await modeler.importXML(text);
      original = text;
    },
  };
}

async function draw(element, saver, file) {
  const { bar, canvas, panel, findings } = frame(element, false);
  const vocabulary = await vocabularyOf(element.dataset.vocabularyUrl);
  const modeler = editor(canvas, panel, vocabulary);
  await modeler.importXML(saver.text);
  fit(modeler, PALETTE);
  file.content = contentOf(modeler, saver.text);
  const { read } = file.content;
  const checks = new Findings(modeler, { url: element.dataset.checksUrl, content: read, config: rules(vocabulary), show: list(findings, modeler, finder(modeler)) });
  const replace = async (text) => {
    await takeIn(text, file.content, saver);
    fit(modeler, PALETTE);
    checks.later(0);
  };
  modeler.on('commandStack.changed', ({ trigger }) => trigger !== 'clear' && saver.changed());
  fill(bar, modeler, { name: element.dataset.name, readonly: false, content: read, replace });
  listenToKeys(element);
  checks.later(0);
  return modeler;
}

export default async function mount(element) {
  prefer('bpmn', 'elements', 'properties', 'modeler');
  const file = {};
  const saver = await openFile(element, { read: () => file.content.read() });
  const open = async (readonly) => {
    element.modeler = readonly ? await look(element, file.content ? await file.content.read() : saver.text, element.dataset.name) : await draw(element, saver, file);
    await listenToComments(element, element.modeler, finder(element.modeler));
  };
  await open(saver.readonly);
  saver.addEventListener('readonly', () => open(true));
  if (element.dataset.element) finder(element.modeler)(element.dataset.element);
}
