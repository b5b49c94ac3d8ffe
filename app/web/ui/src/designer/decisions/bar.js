// The bar above a decision: its views, its identifier, the file and Excel.
import { translate as words } from '../i18n.js';
import { beside, button, chosen, download, make } from '../parts.js';
import { takeWorkbook } from './excel.js';

const ID = /^[A-Za-z_][\w.-]*$/;

const named = (view) => (view.type === 'drd' ? words('Graph of decisions') : view.element.name || view.element.id);

/** Fill the bar and keep it as the editor goes from view to view. */
export function fill(bar, editor, facts) {
  const views = make('div', { className: 'd-flex flex-wrap gap-1', attributes: { role: 'group', 'aria-label': words('Parts of the decision') } });
  const identity = make('span', { className: 'decision-id' });
  bar.append(views, identity, make('div', { className: 'editor-bar-end' }, ...acts(facts)));
  const follow = () => {
    const active = editor.getActiveView();
    views.replaceChildren(...editor.getViews().map((view) => tab(editor, view, active)));
    identity.replaceChildren(...(facts.readonly ? [] : identifier(editor, active)));
  };
  editor.on('views.changed', follow);
  follow();
}

function tab(editor, view, active) {
  const made = button(named(view), () => editor.open(view));
  made.setAttribute('aria-pressed', String(view.element === active?.element));
  made.title = named(view);
  return made;
}

/** The identifier of the decision in sight: models name it, so that it can be changed, and never to nonsense. */
function identifier(editor, view) {
  const modeling = ['decisionTable', 'literalExpression'].includes(view?.type) && editor.getActiveViewer().get('modeling', false);
  if (!modeling) return [];
  const input = make('input', { value: view.element.id, id: 'decision-identifier', className: 'form-control', spellcheck: false });
  input.addEventListener('change', () => {
    const free = ID.test(input.value) && !editor.getViews().some((each) => each !== view && each.element.id === input.value);
    input.classList.toggle('is-invalid', !free);
    if (!free || input.value === view.element.id) return;
    if (view.type === 'decisionTable') modeling.editDecisionTableId(input.value);
    else modeling.editDecisionId(input.value);
  });
  return [make('label', { htmlFor: input.id, textContent: words('Identifier') }), input];
}

function acts({ element, readonly, read, replace, saver }) {
  const stem = element.dataset.name.replace(/\.dmn$/, '');
  const found = [
    button(words('Save as a file'), async () => download(await read(), `${stem}.dmn`, 'application/xml')),
    button(words('To Excel'), async () => {
      if (await saver.flush()) location.assign(beside(element, 'xlsx'));
    }),
  ];
  if (readonly) return found;
  const file = button(words('Take in a file'), async () => {
    const given = await chosen('.dmn,.xml');
    if (given) await replace(await given.text());
  });
  return [...found, button(words('From Excel'), () => takeWorkbook(element, { read, replace })), file];
}
