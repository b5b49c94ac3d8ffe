// The process editor: <div data-island="modeler" data-content-url data-save-url data-lock-url data-checks-url
// data-vocabulary-url data-comments-url data-readonly data-name data-element>. Below 768 px, or when somebody else holds the file, it
// only shows the drawing. An unchanged diagram is never written: the server keeps the bytes that came.
import { translate as words } from './i18n.js';
import { editor, viewer } from './modeler/modules.js';
import { Findings, list } from './modeler/findings.js';
import { listen } from './modeler/keys.js';
import { fill } from './modeler/toolbar.js';
import './modeler/modeler.css';

const NARROW = '(max-width: 767.98px)';
const READABLE = 0.6; // of full size
const PALETTE = 140; // pixels left of the drawing
const LISTS = ['roles', 'forms', 'decisions', 'processes', 'service_types', 'messages', 'document_templates', 'feel_functions'];

async function load(url, as) {
  const answer = await fetch(url, { headers: { Accept: as === 'json' ? 'application/json' : '*/*' } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer[as]();
}

/** The lists to pick from; each is there, if empty. */
async function vocabularyOf(url) {
  const found = await load(url, 'json').catch(() => ({}));
  return { ...found, ...Object.fromEntries(LISTS.map((name) => [name, found[name] ?? []])) };
}

function frame(element, readonly) {
  element.classList.add('modeler');
  element.classList.toggle('modeler-readonly', readonly);
  const part = (tag, name, label) => {
    const made = document.createElement(tag);
    made.className = `modeler-${name}`;
    if (label) made.setAttribute('aria-label', label);
    return made;
  };
  const bar = part('div', 'bar', words('The whole diagram'));
  bar.setAttribute('role', 'toolbar');
  const parts = { bar, canvas: part('div', 'canvas'), panel: part('section', 'panel', words('Properties')), findings: part('section', 'findings', words('Findings')) };
  element.replaceChildren(...(readonly ? [parts.bar, parts.canvas] : Object.values(parts)));
  return parts;
}

/** The whole drawing if its words stay readable, else its left end. */
function fit(modeler) {
  const canvas = modeler.get('canvas');
  canvas.zoom('fit-viewport', 'auto');
  if (canvas.zoom() >= READABLE) return;
  const { inner } = canvas.viewbox();
  canvas.zoom(READABLE);
  const { width, height } = canvas.viewbox();
  canvas.viewbox({ x: inner.x - PALETTE / READABLE, y: inner.y - height / 10, width, height });
}

/** Select an element and bring it into sight. */
const finder = (modeler) => (id) => {
  const found = modeler.get('elementRegistry').get(id);
  if (!found) return;
  modeler.get('canvas').scrollToElement(found, 80);
  modeler.get('selection', false)?.select(found);
};

async function look(element, xml, facts) {
  const { bar, canvas } = frame(element, true);
  const shown = viewer(canvas);
  await shown.importXML(xml);
  fit(shown);
  fill(bar, shown, { ...facts, readonly: true, content: async () => xml });
  return shown;
}

/** What stands in the file: the bytes that came, until something is changed. */
function contentOf(modeler, came) {
  let original = came;
  const stack = modeler.get('commandStack');
  return {
    read: async () => (original !== null && !stack.canUndo() ? original : (await modeler.saveXML({ format: true })).xml),
    replace: (xml) => { original = xml; },
  };
}

async function draw(element, xml, vocabulary, facts) {
  const { bar, canvas, panel, findings } = frame(element, false);
  const linting = { config: { rules: {} }, resolver: {} };
  const modeler = editor(canvas, panel, vocabulary, linting);
  await modeler.importXML(xml);
  fit(modeler);
  const content = contentOf(modeler, xml);
  const select = finder(modeler);
  const checks = new Findings(modeler, { url: element.dataset.checksUrl, token: facts.token, config: null, show: list(findings, modeler, select) });
  const replace = async (text) => {
    await modeler.importXML(text);
    content.replace(text);
    fit(modeler);
    checks.later(0);
  };
  fill(bar, modeler, { ...facts, readonly: false, content: content.read, replace });
  listen(element);
  checks.later(0);
  return modeler;
}

export default async function mount(element) {
  const facts = { name: element.dataset.name ?? 'process.bpmn', token: document.querySelector('meta[name="csrf-token"]')?.content };
  const readonly = 'readonly' in element.dataset || window.matchMedia(NARROW).matches;
  const [xml, vocabulary] = await Promise.all([load(element.dataset.contentUrl, 'text'), readonly ? {} : vocabularyOf(element.dataset.vocabularyUrl)]);
  element.modeler = readonly ? await look(element, xml, facts) : await draw(element, xml, vocabulary, facts);
  if (element.dataset.element) finder(element.modeler)(element.dataset.element);
}
