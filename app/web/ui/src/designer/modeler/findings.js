// What the checks say while somebody draws: marks at the elements and a list under the drawing. The rules of the browser
// answer at once, the server's (which also knows the other files, and is the judge) a moment later; both are shown as one.
import lintModule from 'bpmn-js-bpmnlint';
import { Linter } from 'bpmnlint';
import { send } from '../calls.js';
import { translate as words } from '../i18n.js';

const PAUSE = 700; // milliseconds without a change before the server is asked

const CATEGORIES = { error: 'error', warning: 'warn' };
const keyOf = (each) => `${each.rule}|${each.element_id ?? ''}`;

/** Findings of bpmnlint as those of the server: {element_id, text, severity, rule}. */
async function inBrowser(config, definitions) {
  const reports = await new Linter(config).lint(definitions);
  return Object.entries(reports).flatMap(([rule, found]) =>
    found.map((each) => ({ element_id: each.id, text: each.message, severity: each.category === 'error' ? 'error' : 'warning', rule: rule.split('/').pop() })),
  );
}

/** Keeps what is known and tells `show` after each change. */
export class Findings {
  constructor(modeler, { url, content, config, show }) {
    Object.assign(this, { modeler, url, content, config, show, known: [], asked: 0, timer: null });
    const linting = modeler.get('linting');
    linting.lint = async () => this.#reports();
    linting._translate = (text, values) => (this.known.some((each) => each.text === text) ? text : words(text, values));
    modeler.on('commandStack.changed', () => this.later());
  }

  /** Check what the browser can now, and ask the server after the pause. */
  later(pause = PAUSE) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), pause);
  }

  /** Ask the browser and the server; the latest question counts. */
  async check() {
    const asked = ++this.asked;
    const own = this.config ? await inBrowser(this.config, this.modeler.getDefinitions()) : [];
    if (asked === this.asked && !this.known.length) this.#take(own);
    const judged = await this.#server();
    if (asked === this.asked) this.#take(judged ?? own);
  }

  async #server() {
    const answer = await send('POST', this.url, await this.content());
    return answer.status === 200 ? answer.findings : null; // else what the browser knows is shown meanwhile
  }

  #take(found) {
    const seen = new Set();
    this.known = found.filter((each) => !seen.has(`${keyOf(each)}|${each.text}`) && seen.add(`${keyOf(each)}|${each.text}`));
    this.modeler.get('linting').update();
    this.show(this.known);
  }

  #reports() {
    const named = (each) => ({ id: each.element_id, message: each.text, category: CATEGORIES[each.severity] ?? 'warn', rule: each.rule });
    return this.known.filter((each) => each.element_id).reduce((reports, each) => {
      (reports[each.rule] ??= []).push(named(each));
      return reports;
    }, {});
  }
}

/** Draw the list; a click selects the element of a finding. */
export function list(place, modeler, select) {
  const heading = document.createElement('h2');
  const items = Object.assign(document.createElement('ul'), { className: 'modeler-findings-list' });
  heading.className = 'modeler-findings-title';
  const summary = document.createElement('span');
  summary.setAttribute('role', 'status');
  heading.append(summary);
  place.append(heading, items);
  const registry = modeler.get('elementRegistry');
  return (found) => {
    const errors = found.filter((each) => each.severity === 'error').length;
    summary.textContent = found.length
      ? words('To mend: {errors}; to consider: {warnings}', { errors, warnings: found.length - errors })
      : words('No findings: the process can run as drawn');
    items.replaceChildren(...[...found].sort((a, b) => (a.severity > b.severity) - (a.severity < b.severity)).map((each) => item(each, registry, select)));
    place.dataset.checked = String(found.length);
  };
}

function item(each, registry, select) {
  const made = document.createElement('li');
  const element = each.element_id && registry.get(each.element_id);
  const row = document.createElement(element ? 'button' : 'p');
  row.className = each.severity === 'error' ? 'modeler-finding modeler-finding-error' : 'modeler-finding';
  const kind = Object.assign(document.createElement('strong'), { textContent: words(each.severity === 'error' ? 'Mend' : 'Consider') });
  const name = each.element_name ?? element?.businessObject.name;
  row.append(kind, ` ${name ? `«${name}»: ` : ''}${each.text}`);
  if (element) {
    row.type = 'button';
    row.addEventListener('click', () => select(each.element_id));
  }
  made.append(row);
  return made;
}

export default lintModule;
