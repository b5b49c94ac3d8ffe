// The decision editor: <div data-island="dmn-editor" data-content-url data-save-url data-lock-url data-checks-url
// data-comments-url data-readonly data-name data-element>. Tables, expressions and the graph of what requires what; test
// rows and Excel below. Where nothing can be changed it shows the decision. An unchanged file is never written.
import DmnModeler from 'dmn-js/lib/Modeler';
import DmnViewer from 'dmn-js/lib/NavigatedViewer';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn-embedded.css';
import './editors.css';
import { Checks, findingsIn } from './checks.js';
import { openComments } from './comments.js';
import { fill } from './decisions/bar.js';
import { TestRows } from './decisions/rows.js';
import i18n, { prefer, translate as words } from './i18n.js';
import { make } from './parts.js';
import { openFile } from './saving.js';
import { takeIn } from './taking-in.js';

const PARTS = ['drd', 'decisionTable', 'literalExpression', 'boxedExpression'];

function frame(element, readonly) {
  const part = (name, label) => make('section', { className: name, attributes: { 'aria-label': label } });
  const bar = make('div', { className: 'editor-bar', attributes: { role: 'toolbar', 'aria-label': words('Decision') } });
  const canvas = part('decision-canvas', words('Decision'));
  const [findings, rows] = [part('editor-findings', words('Findings')), part('mt-3', words('Test rows'))];
  const box = make('div', { className: 'editor-frame' }, bar, canvas, readonly ? null : findings);
  element.replaceChildren(box, rows);
  return { bar, canvas, findings, rows };
}

function open(container, readonly) {
  const own = Object.fromEntries(PARTS.map((name) => [name, { additionalModules: [i18n] }]));
  const common = { expressionLanguages: { options: [{ value: 'feel', label: 'FEEL' }], defaults: { editor: 'feel' } } };
  return new (readonly ? DmnViewer : DmnModeler)({ container, common, ...own });
}

/** The decision with that id, in its own view, or the graph. */
const finder = (editor) => (id) => {
  const view = editor.getViews().find((each) => each.element.id === id) ?? editor.getViews()[0];
  if (view) editor.open(view);
};

/** What stands in the file: the bytes that came, until something is changed. */
class Content {
  constructor(editor, came) {
    Object.assign(this, { editor, came, changed: false });
  }

  async read() {
    return this.changed ? (await this.editor.saveXML({ format: true })).xml : this.came;
  }

  async take(xml) {
    await this.editor.importXML(xml);
    Object.assign(this, { came: xml, changed: false });
  }
}

function listen(editor, act) {
  const heard = new Set();
  const hear = (viewer) => {
    if (!viewer || heard.has(viewer)) return;
    heard.add(viewer);
    viewer.on('commandStack.changed', ({ trigger }) => trigger !== 'clear' && act());
  };
  editor.on('viewer.created', ({ viewer }) => hear(viewer));
  hear(editor.getActiveViewer());
}

/** The graph beside what covers its corner: the palette and the name of the file. */
function shift(editor) {
  const canvas = editor.getActiveView()?.type === 'drd' && editor.getActiveViewer().get('canvas');
  if (!canvas) return;
  const { inner, width, height } = canvas.viewbox();
  const box = canvas.getContainer().querySelector('.dmn-definitions');
  const [left, top] = [box?.offsetLeft ?? 0, (box?.offsetTop ?? 0) + (box?.offsetHeight ?? 0)];
  canvas.viewbox({ x: inner.x - left - 20, y: inner.y - top - 20, width, height });
}

async function show(element, saver, content, readonly) {
  const { bar, canvas, findings, rows } = frame(element, readonly);
  const editor = open(canvas, readonly);
  const xml = content ? await content.read() : saver.text;
  await editor.importXML(xml);
  shift(editor);
  const held = new Content(editor, xml);
  const select = finder(editor);
  const tests = new TestRows(rows, { element, read: () => held.read(), readonly, select });
  const known = (id) => editor.getViews().some((each) => each.element.id === id);
  const checks = readonly ? null : new Checks({ url: element.dataset.checksUrl, read: () => held.read(), show: findingsIn(findings, { select, known }) });
  const changed = () => {
    held.changed = true;
    saver.changed();
    checks.later();
    tests.later();
  };
  const replace = async (text) => {
    await takeIn(text, held, saver);
    checks.later(0);
    tests.later(0);
  };
  if (!readonly) listen(editor, changed);
  fill(bar, editor, { element, readonly, read: () => held.read(), replace, saver });
  checks?.later(0);
  await tests.load();
  return { editor, held, select, tests };
}

async function talk(element, { editor, select }) {
  const nameOf = (id) => editor.getViews().find((each) => each.element.id === id)?.element.name ?? '';
  const comments = await openComments(element, { select, nameOf });
  const follow = () => comments.about(editor.getActiveView()?.element.id ?? null);
  editor.on('views.changed', follow);
  follow();
}

export default async function mount(element) {
  prefer('dmn');
  let shown = null;
  const saver = await openFile(element, { read: () => shown.held.read() });
  const start = async (readonly) => {
    await shown?.tests.close();
    shown = await show(element, saver, shown?.held, readonly);
    element.editor = shown.editor;
    await talk(element, shown);
  };
  await start(saver.readonly);
  saver.addEventListener('readonly', () => start(true));
  if (element.dataset.element) shown.select(element.dataset.element);
}
