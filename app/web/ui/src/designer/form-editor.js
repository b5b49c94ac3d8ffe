// The form editor: <div data-island="form-editor" data-content-url data-save-url data-lock-url data-checks-url
// data-vocabulary-url data-comments-url data-readonly data-name data-element>. The palette holds what the server renders,
// our properties are picked from lists, the preview is the server's. Where nothing can be changed there is the preview
// alone. An unchanged form is never written.
import { FormEditor } from '@bpmn-io/form-js-editor';
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor.css';
import '@bpmn-io/form-js-editor/dist/assets/properties-panel.css';
import './editors.css';
import { send } from './calls.js';
import { Checks, findingsIn } from './checks.js';
import { openComments } from './comments.js';
import { Preview } from './forms/preview.js';
import { platformProperties } from './forms/properties.js';
import { translateAll } from './forms/words.js';
import namesOfFields from './forms/words-of-fields.js';
import { translate as words } from './i18n.js';
import { button, chosen, download, make, settled } from './parts.js';
import { openFile } from './saving.js';
import { takeIn } from './taking-in.js';

function frame(element, readonly) {
  const part = (name, label) => make('section', { className: name, attributes: { 'aria-label': label } });
  const bar = make('div', { className: 'editor-bar', attributes: { role: 'toolbar', 'aria-label': words('Form') } });
  const [canvas, findings] = [part('form-canvas', words('Form')), part('editor-findings', words('Findings'))];
  const preview = part('form-preview', words('Preview'));
  preview.hidden = true;
  element.replaceChildren(make('div', { className: 'editor-frame' }, bar, preview, ...(readonly ? [] : [canvas, findings])));
  return { bar, canvas, findings, preview };
}

/** The form as the file has it: the editor demands values of every list, a field with a source has none of its own. */
function written(part) {
  const { values, ...rest } = part;
  const found = values === undefined || rest.properties?.source ? rest : part;
  return found.components ? { ...found, components: found.components.map(written) } : found;
}

/** What stands in the file: the text that came, until something is changed. */
class Content {
  constructor(editor, came) {
    Object.assign(this, { editor, came, changed: false });
  }

  async read() {
    if (!this.changed) return this.came;
    const end = this.came.endsWith('\n') ? '\n' : '';
    return `${JSON.stringify(written(this.editor.saveSchema()), null, 2)}${end}`;
  }

  async take(text) {
    const schema = JSON.parse(text);
    if (!Array.isArray(schema?.components)) throw new Error('no form');
    await this.editor.importSchema(schema);
    Object.assign(this, { came: text, changed: false });
  }
}

/** The component of a finding: its id, or its key (of the end of it, in groups and rows). */
function componentOf(editor, name) {
  const all = editor.get('formFieldRegistry').getAll();
  return all.find(({ id }) => id === name) ?? all.find(({ key, path }) => name && (key ?? path) && (name === (key ?? path) || name.endsWith(`.${key ?? path}`)));
}

const finder = (editor) => (name) => {
  const field = componentOf(editor, name);
  if (!field) return;
  editor.get('selection').set(field);
  document.querySelector(`.form-canvas [data-id="${CSS.escape(field.id)}"]`)?.scrollIntoView({ block: 'center' });
};

async function listsOf(element) {
  const found = await send('GET', element.dataset.vocabularyUrl);
  return { roles: found.roles ?? [], sources: found.sources ?? [] };
}

function fill(bar, { element, held, preview, replace }) {
  const stem = element.dataset.name.replace(/\.form$/, '');
  const look = button(words('Preview'), () => look.setAttribute('aria-pressed', String(preview.toggle())));
  look.setAttribute('aria-pressed', 'false');
  const end = make('div', { className: 'editor-bar-end' }, button(words('Save as a file'), async () => download(await held.read(), `${stem}.form`, 'application/json')));
  if (replace) {
    end.append(button(words('Take in a file'), async () => {
      const given = await chosen('.form,.json');
      if (given) await replace(await given.text());
    }));
  }
  bar.append(look, end);
  return look;
}

function look(element, text, lists) {
  const { bar, preview } = frame(element, true);
  const held = { read: async () => text };
  const shown = new Preview(preview, { element, read: held.read, roles: lists.roles });
  fill(bar, { element, held, preview: shown }).click();
  return { held, select: () => {} };
}

async function draw(element, saver, lists) {
  const { bar, canvas, findings, preview } = frame(element, false);
  const editor = new FormEditor({ container: canvas, additionalModules: [namesOfFields, platformProperties(lists)] });
  const held = new Content(editor, saver.text);
  await editor.importSchema(JSON.parse(saver.text));
  const select = finder(editor);
  const known = (name) => Boolean(componentOf(editor, name));
  const checks = new Checks({ url: element.dataset.checksUrl, read: () => held.read(), show: findingsIn(findings, { select, known }) });
  const shown = new Preview(preview, { element, read: () => held.read(), roles: lists.roles });
  const again = settled(() => shown.show(), 800);
  const follow = () => {
    checks.later();
    again();
  };
  editor.on('commandStack.changed', () => {
    if (!editor.get('commandStack').canUndo() && !held.changed) return;
    held.changed = true;
    saver.changed();
    follow();
  });
  const replace = async (text) => {
    await takeIn(text, held, saver);
    follow();
  };
  fill(bar, { element, held, preview: shown, replace });
  checks.later(0);
  return { editor, held, select };
}

async function talk(element, { editor, select }) {
  const nameOf = (id) => editor?.get('formFieldRegistry').get(id)?.label ?? '';
  const comments = await openComments(element, { select, nameOf });
  editor?.on('selection.changed', ({ selection }) => comments.about(selection && selection.type !== 'default' ? selection.id : null));
}

export default async function mount(element) {
  translateAll();
  let shown = null;
  const saver = await openFile(element, { read: () => shown.held.read() });
  const lists = await listsOf(element);
  const start = async (readonly) => {
    const text = shown ? await shown.held.read() : saver.text;
    shown = readonly ? look(element, text, lists) : await draw(element, saver, lists);
    element.editor = shown.editor;
    await talk(element, shown);
  };
  await start(saver.readonly);
  saver.addEventListener('readonly', () => start(true));
  if (element.dataset.element) shown.select(element.dataset.element);
}
