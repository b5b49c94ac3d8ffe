// Comments on a file and its elements, in a list beside or below the editor.
//
//   const talk = await openComments(element, { select: (elementId) => …, nameOf: (elementId) => 'Согласовать' });
//   talk.about(elementId)      the element that is selected now (null: the file); a new comment is about it
//   talk.open(elementId)       how many comments on it wait for an answer: for a mark on the drawing
//   talk.addEventListener('change', …)     the list has changed
//
// The element carries data-comments-url and, for who may write, data-may-comment; the list is put into #comments.
import { send, words } from './calls.js';

const written = new Map(); // what stands in the forms and is not sent, by the comment that is answered; '' a new one

export async function openComments(element, { select = () => {}, nameOf = () => '' } = {}) {
  const talk = new Talk(element.dataset, select, nameOf, document.getElementById('comments'));
  await talk.load();
  return talk;
}

class Talk extends EventTarget {
  constructor(addresses, select, nameOf, place) {
    super();
    Object.assign(this, { addresses, select, nameOf, place, element: null, comments: [] });
  }

  about(elementId) {
    this.element = elementId ?? null;
    const label = this.place?.querySelector('[data-about]');
    if (label) label.textContent = this.aboutWords();
  }

  open(elementId) {
    return this.comments.filter((each) => each.element_id === elementId && !each.resolved).length;
  }

  async load() {
    const answer = await fetch(this.addresses.commentsUrl);
    if (answer.ok) this.take(await answer.json());
  }

  take(answer) {
    this.comments = answer.comments;
    this.place?.replaceChildren(...this.drawn());
    this.dispatchEvent(new Event('change'));
  }

  async say(facts, form) {
    const buttons = form.querySelectorAll('button');
    for (const each of buttons) each.disabled = true;
    const answer = await send('POST', this.addresses.commentsUrl, JSON.stringify(facts));
    if (answer.status === 200) {
      const place = facts.parent ?? '';
      if (written.get(place) === facts.text) written.delete(place);
      this.take(answer);
      return;
    }
    for (const each of buttons) each.disabled = false;
    const problem = form.querySelector('[data-problem]') ?? make('div', { className: 'text-danger', dataset: { problem: '' } });
    problem.textContent = answer.detail ?? words().offline;
    problem.setAttribute('role', 'alert');
    form.append(problem);
  }

  drawn() {
    const list = make('ul', { className: 'list-unstyled mb-2' });
    list.append(...this.comments.map((each) => this.item(each)));
    const nothing = make('p', { className: 'text-secondary', textContent: words().noComments });
    return [this.comments.length ? list : nothing, ...(this.addresses.mayComment ? [this.form()] : [])];
  }

  item(comment) {
    const item = make('li', { className: 'mb-3' });
    const head = make('p', { className: 'mb-1' });
    head.append(make('strong', { textContent: comment.author }), ` ${moment(comment.created_at)} `);
    if (comment.element_id) {
      const name = this.nameOf(comment.element_id) || comment.element_name || comment.element_id;
      head.append(button(name, () => this.select(comment.element_id), 'btn btn-sm btn-outline-primary'), ' ');
    }
    if (comment.resolved) head.append(make('span', { className: 'badge bg-green-lt', textContent: words().resolved }));
    item.append(head, text(comment.text), ...comment.answers.map((each) => this.answer(each)));
    if (this.addresses.mayComment) item.append(written.has(comment.key) ? this.form(comment.key) : this.acts(comment));
    return item;
  }

  answer(comment) {
    const line = make('p', { className: 'mb-1 ms-3' });
    line.append(make('strong', { textContent: comment.author }), `: ${comment.text}`);
    return line;
  }

  acts(comment) {
    const row = make('div', { className: 'd-flex flex-wrap gap-2' });
    const resolve = { resolve: comment.key, done: !comment.resolved };
    row.append(
      button(words().answer, () => {
        written.set(comment.key, '');
        row.replaceWith(this.form(comment.key));
        this.place.querySelector(`[data-parent="${comment.key}"] textarea`).focus();
      }, 'btn btn-sm btn-outline-secondary'),
      button(comment.resolved ? words().openAgain : words().resolve, () => this.say(resolve, row), 'btn btn-sm btn-outline-secondary'),
    );
    return row;
  }

  form(parent = '') {
    const form = make('form', { className: 'mt-2', dataset: { parent } });
    const label = make('label', { className: 'form-label', textContent: parent ? words().answer : words().yourComment });
    const field = make('textarea', { className: 'form-control mb-2', rows: 2, required: true, maxLength: 2000, value: written.get(parent) ?? '' });
    field.addEventListener('input', () => written.set(parent, field.value));
    label.append(field);
    form.append(label);
    if (!parent) form.append(make('p', { className: 'text-secondary', dataset: { about: '' }, textContent: this.aboutWords() }));
    form.append(make('button', { className: 'btn btn-sm btn-outline-secondary', textContent: words().comment }));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const about = { element_id: this.element, element_name: this.element && this.nameOf(this.element) };
      this.say(parent ? { text: field.value, parent } : { text: field.value, ...about }, form);
    });
    return form;
  }

  aboutWords() {
    return this.element ? words().aboutElement.replace('{name}', this.nameOf(this.element) || this.element) : words().aboutFile;
  }
}

function make(tag, { dataset = {}, ...facts }) {
  const found = Object.assign(document.createElement(tag), facts);
  Object.assign(found.dataset, dataset);
  return found;
}

const text = (words_) => make('p', { className: 'mb-1', textContent: words_ });

function button(label, act, className) {
  const found = make('button', { type: 'button', className, textContent: label });
  found.addEventListener('click', act);
  return found;
}

const moment = (iso) =>
  new Date(iso).toLocaleString(document.documentElement.lang, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
