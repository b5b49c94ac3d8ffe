// A table that comes back from Excel: the server says what would change or what is wrong, and somebody decides.
import { token } from '../calls.js';
import { translate as words } from '../i18n.js';
import { ask, beside, chosen, make, tell } from '../parts.js';

/** Ask for a workbook, show its difference, and put it into the editor when that is wanted. */
export async function takeWorkbook(element, { read, replace }) {
  const file = await chosen('.xlsx');
  if (!file) return;
  const body = new FormData();
  body.append('file', file);
  body.append('content', await read());
  let answer;
  try {
    answer = await fetch(beside(element, 'xlsx'), { method: 'POST', body, headers: { 'X-CSRFToken': token() } });
  } catch {
    return tell(words('There is no connection. Try again in a minute.'));
  }
  const found = await answer.json();
  if (!answer.ok) return ask(refusal(found));
  if (!found.tables.length) return tell(words('The file says the same as the table: nothing changes.'));
  if (await ask(difference(found.tables), words('Replace the rules'))) await replace(found.content);
}

const refusal = (found) => make('div', {},
  make('p', { textContent: found.detail }),
  make('ul', {}, ...Object.values(found.errors).flat().map((text) => make('li', { textContent: text }))));

function difference(tables) {
  const part = ({ name, columns, changes }) => make('section', {},
    make('h3', { className: 'h4', textContent: name }),
    make('div', { className: 'editor-scroll', tabIndex: 0 }, make('table', { className: 'rows-table' }, head(columns), make('tbody', {}, ...changes.flatMap(lines)))));
  return make('div', {}, ...tables.map(part));
}

const head = (columns) => make('thead', {}, make('tr', {},
  make('th', { textContent: words('Rule') }),
  ...columns.map((column) => make('th', { textContent: column.label || words('Annotations') }))));

const KINDS = { added: () => words('new'), removed: () => words('removed') };

function lines({ kind, number, before, after, changed }) {
  const cells = (texts, look) => texts.map((text, place) => make('td', { textContent: text, className: changed.includes(place) ? 'change-cell' : look }));
  const row = (title, texts, look = '') => make('tr', {}, make('th', { textContent: title }), ...cells(texts, look));
  if (kind !== 'changed') return [row(`${number}: ${KINDS[kind]()}`, after ?? before, `change-${kind}`)];
  return [row(`${number}: ${words('before')}`, before), row(`${number}: ${words('after')}`, after)];
}
