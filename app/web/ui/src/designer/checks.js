// What the server's checks say of unsaved content, in a list under an editor; a click selects the element.
import { send } from './calls.js';
import { translate as words } from './i18n.js';

const PAUSE = 700; // ms without a change before the server is asked

/** Asks `url` about `read()`; the latest question counts. `show(findings)` gets the answer. */
export class Checks {
  constructor({ url, read, show }) {
    Object.assign(this, { url, read, show, asked: 0 });
  }

  later(pause = PAUSE) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), pause);
  }

  async check() {
    const asked = ++this.asked;
    const answer = await send('POST', this.url, await this.read());
    if (asked === this.asked && answer.status === 200) this.show(answer.findings);
  }
}

/** A list of findings in `place`; `select(elementId)` brings an element into sight, `known(elementId)` says whether it can. */
export function findingsIn(place, { select, known }) {
  const heading = Object.assign(document.createElement('p'), { className: 'editor-findings-title' });
  heading.setAttribute('role', 'status');
  const items = Object.assign(document.createElement('ul'), { className: 'editor-findings-list' });
  place.append(heading, items);
  return (found) => {
    const errors = found.filter((each) => each.severity === 'error').length;
    heading.textContent = found.length
      ? words('To mend: {errors}; to consider: {warnings}', { errors, warnings: found.length - errors })
      : words('No findings');
    const ordered = [...found].sort((one, other) => (one.severity > other.severity) - (one.severity < other.severity));
    items.replaceChildren(...ordered.map((each) => item(each, select, known)));
    place.dataset.checked = String(found.length);
  };
}

function item(each, select, known) {
  const row = document.createElement(each.element_id && known(each.element_id) ? 'button' : 'p');
  row.className = each.severity === 'error' ? 'editor-finding editor-finding-error' : 'editor-finding';
  const kind = Object.assign(document.createElement('strong'), { textContent: words(each.severity === 'error' ? 'Mend' : 'Consider') });
  row.append(kind, ` ${each.element_name ? `«${each.element_name}»: ` : ''}${each.text}`);
  if (row.type === 'submit') {
    row.type = 'button';
    row.addEventListener('click', () => select(each.element_id));
  }
  const made = document.createElement('li');
  made.append(row);
  return made;
}
