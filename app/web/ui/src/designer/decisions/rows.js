// Test rows: what goes in, what should come out, what really does. The server makes the unsaved decision for every row;
// rows are kept in the draft as they are changed.
import { pauseAfter, send } from '../calls.js';
import { translate as words } from '../i18n.js';
import { beside, button, make } from '../parts.js';

const AFTER_DRAWING = 1500; // ms
const AFTER_TYPING = 600;
const REFUSED = [403, 404, 409, 423]; // these rows will not be written down, whoever asks again

export class TestRows {
  constructor(place, { element, read, readonly, select }) {
    Object.assign(this, { place, read, readonly, select, url: beside(element, 'rows'), decisions: [], revision: 0, keeping: false, failures: 0 });
    this.note = make('p', { className: 'mb-2', attributes: { role: 'status' } });
    this.body = make('div');
    place.replaceChildren(make('h2', { className: 'h3', textContent: words('Test rows') }), this.note, this.body);
    this.leaving = new AbortController();
    addEventListener('beforeunload', (event) => (this.keeping || this.sending) && event.preventDefault(), { signal: this.leaving.signal });
  }

  async load() {
    this.take(await send('GET', this.url));
  }

  later(pause = AFTER_DRAWING) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), pause);
  }

  /** The rows were changed: make them, and write them down. */
  typed(pause = AFTER_TYPING) {
    this.keeping = true;
    this.later(pause);
  }

  /** What was changed is written down, and nothing more comes from here. */
  async close() {
    if (this.keeping) await this.run();
    this.closed = true;
    clearTimeout(this.timer);
    this.leaving.abort();
  }

  /** Make all rows. One call at a time: the next begins with the revision that the one before it brought. */
  run() {
    clearTimeout(this.timer);
    this.again = Boolean(this.running);
    this.running ??= this.work().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  async work() {
    do {
      this.again = false;
      await this.once();
    } while (this.again && !this.closed);
  }

  async once() {
    const { keeping, lost } = this;
    Object.assign(this, { keeping: false, sending: keeping });
    let body = lost; // rows whose answer did not come go first, as they were: the server may have them
    let answer = { status: 0 };
    try {
      body ??= await this.question(keeping);
      answer = await send('POST', this.url, body);
    } catch (problem) {
      reportError(problem);
    }
    this.sending = false;
    const unheard = keeping && (answer.status === 0 || answer.status === 401 || answer.status >= 500);
    this.lost = unheard ? body : undefined;
    if (answer.status === 200) Object.assign(this, { revision: answer.revision, failures: 0 });
    else if (!REFUSED.includes(answer.status)) this.keeping ||= keeping;
    if (unheard) this.later(pauseAfter(this.failures++));
    if (answer.status === 200 && lost) this.keeping = this.again = true;
    if (!this.again) this.take(answer);
  }

  async question(keep) {
    const decisions = Object.fromEntries(this.decisions.map((each) => [each.id, each.rows]));
    return JSON.stringify({ content: await this.read(), decisions, keep, revision: this.revision });
  }

  take(answer) {
    if (answer.status !== 200) {
      this.say([answer.detail, ...(answer.errors?.content ?? [])].filter(Boolean).join(' ') || words('There is no connection. Try again in a minute.'), 'wrong');
      return;
    }
    const same = shapeOf(answer.decisions) === this.shape;
    this.shape = shapeOf(answer.decisions);
    const drawn = Object.fromEntries(this.decisions.map((each) => [each.id, each]));
    this.decisions = answer.decisions.map((each) => Object.assign(drawn[each.id] ?? {}, each, { rows: drawn[each.id]?.rows ?? each.rows }));
    this.revision = answer.revision;
    if (!same) this.draw();
    this.fill();
  }

  draw() {
    this.body.replaceChildren(...this.decisions.map((each) => this.table(each)));
  }

  table(decision) {
    const heads = [
      ...decision.inputs.map((value) => words('Given: {label}', { label: value.label })),
      ...decision.answers.map((value) => words('Expected: {label}', { label: value.label })),
      words('Rules that fit'),
    ];
    decision.body = make('tbody', {}, ...decision.rows.map((row, number) => this.line(decision, row, number)));
    const add = button(words('Add a row'), () => {
      decision.rows.push({ inputs: {}, expected: {} });
      decision.body.append(this.line(decision, decision.rows.at(-1), decision.rows.length - 1));
      decision.body.lastChild.querySelector('input, select')?.focus();
    }, 'btn btn-sm btn-outline-primary mt-2');
    const head = make('tr', {}, make('th', { textContent: '№' }), ...heads.map((text) => make('th', { textContent: text })), make('th', {}, make('span', { className: 'visually-hidden', textContent: words('Remove') })));
    return make('section', { className: 'mb-4', attributes: { 'data-decision': decision.id } },
      make('h3', { className: 'h4', textContent: decision.name }),
      make('div', { className: 'editor-scroll', tabIndex: 0 }, make('table', { className: 'rows-table' }, make('thead', {}, head), decision.body)),
      this.readonly ? null : add);
  }

  line(decision, row, number) {
    const label = (text) => words('Row {number}, {label}', { number: number + 1, label: text });
    const given = decision.inputs.map((value) => make('td', {}, this.entry(row.inputs, value, label(value.label))));
    const out = decision.answers.map((value) => make('td', {},
      this.entry(row.expected, value, label(words('Expected: {label}', { label: value.label }))),
      make('span', { attributes: { 'data-answer': value.name } })));
    const remove = button('×', () => {
      decision.rows.splice(decision.rows.indexOf(row), 1);
      this.draw();
      this.typed(0);
    }, 'btn btn-sm btn-ghost-danger');
    remove.setAttribute('aria-label', words('Remove row {number}', { number: number + 1 }));
    return make('tr', {}, make('th', { textContent: number + 1 }), ...given, ...out,
      make('td', { attributes: { 'data-hits': '' } }), make('td', {}, this.readonly ? null : remove));
  }

  entry(values, value, label) {
    const text = values[value.name] ?? '';
    if (this.readonly) return make('span', { textContent: text });
    const truth = value.type === 'boolean';
    const made = truth ? make('select', {}, ...choices(text)) : make('input', { value: text, spellcheck: false });
    made.setAttribute('aria-label', label);
    if (value.type && !truth) made.placeholder = words(value.type);
    if (!value.type) made.title = words('An expression in FEEL: 5, "text", {a: 1}, [1, 2]');
    made.addEventListener(truth ? 'change' : 'input', () => {
      if (made.value) values[value.name] = made.value;
      else delete values[value.name];
      this.typed();
    });
    return made;
  }

  /** Put the outcomes beside the rows. */
  fill() {
    let wrong = 0;
    let count = 0;
    for (const decision of this.decisions) {
      decision.outcomes.forEach((outcome, number) => {
        const line = decision.body?.rows[number];
        if (!line) return;
        count += 1;
        wrong += !outcome.right;
        this.outcome(line, outcome);
      });
    }
    this.place.hidden = this.readonly && !count;
    if (!count) this.say(words('Say what goes in and what should come out: the rows are made at every check and before publishing.'), '');
    else if (wrong) this.say(words('Rows that do not come out as expected: {wrong} of {count}', { wrong, count }), 'wrong');
    else this.say(words('All rows come out as expected: {count}', { count }), 'right');
  }

  outcome(line, { answers, hits, problem, right }) {
    const named = Object.fromEntries(answers.map((each) => [each.name, each]));
    for (const cell of line.querySelectorAll('[data-answer]')) {
      const answer = named[cell.dataset.answer];
      cell.textContent = answer ? words('came out: {text}', { text: said(answer.text) }) : '';
      cell.className = `rows-out ${answer?.right === true ? 'rows-right' : answer?.right === false ? 'rows-wrong' : ''}`;
    }
    const told = hits.map(([name, numbers]) => (hits.length > 1 ? `${name}: ` : '') + (numbers.join(', ') || '—')).join('; ');
    line.querySelector('[data-hits]').textContent = problem || told;
    line.classList.toggle('rows-wrong', Boolean(problem));
    line.dataset.right = String(right);
  }

  say(text, state) {
    this.note.textContent = text;
    this.note.className = state === 'wrong' ? 'alert alert-danger mb-2' : state === 'right' ? 'alert alert-success mb-2' : 'text-secondary mb-2';
    this.place.dataset.rows = state || 'none';
  }
}

const shapeOf = (decisions) => JSON.stringify(decisions.map(({ id, name, inputs, answers }) => [id, name, inputs, answers]));

const said = (text) => ({ true: words('Yes'), false: words('No'), '': '—' })[text] ?? text;

const choices = (text) => [['', '—'], ['true', words('Yes')], ['false', words('No')]].map(([value, label]) =>
  make('option', { value, textContent: label, selected: value === text }));
