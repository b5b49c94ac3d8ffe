// Saving of an editor: who holds the file, what of it is on the server, and what happens when the two part.
//
//   const saver = await openFile(element, { read: () => text or a promise of it });
//   saver.text        what the file holds (a string, as it was stored)
//   saver.readonly    true: show a viewer (frozen, no right to change it, a colleague edits it, a narrow screen)
//   saver.changed()   call at every change; saved after 1.5 s of quiet, at the latest after 10 s
//   await saver.flush()         now; true when everything is on the server
//   saver.addEventListener('readonly', …)   from now on nothing can be saved: a colleague took over, the draft is frozen
//   saver.addEventListener('saved', …)      the server has revision saver.revision
//
// The element carries data-content-url, data-save-url, data-lock-url, data-readonly; #editor-state shows where we are.
import { pauseAfter, send, token, words } from './calls.js';
import { askTakeOver } from './taking-over.js';

const QUIET = 1500; // ms without a change after which is saved
const LONGEST = 10000; // ms that somebody draws without a pause
const HEARTBEAT = 20000; // ms; the server forgets a lock after 60 s
const OUTLIVES = 60000; // bytes that a browser still sends when the page is left (64 kB for all such calls)
const NARROW = '(max-width: 767.98px)';

export async function openFile(element, { read }) {
  const saver = new Saver(element.dataset, read);
  await saver.open();
  return saver;
}

class Saver extends EventTarget {
  constructor(addresses, read) {
    super();
    Object.assign(this, { addresses, read, text: '', revision: 0, readonly: true });
    this.stored = ''; // what the server has
    this.dirty = false;
    this.sending = false; // what is on its way is not saved yet
    this.lost = undefined; // a text whose answer did not come: the server may have it
    this.failures = 0;
    this.state = document.getElementById('editor-state');
  }

  async open() {
    const answer = await fetch(this.addresses.contentUrl);
    if (!answer.ok) throw new Error(`content: ${answer.status}`);
    this.text = this.stored = await answer.text();
    this.revision = Number(answer.headers.get('ETag').replace(/\D/g, ''));
    if (this.addresses.readonly || matchMedia(NARROW).matches) return;
    const lock = await send('POST', this.addresses.lockUrl, '{}');
    if (lock.status !== 200) this.say(lock.detail, 'warning');
    else if (!lock.held_by_me) this.heldBy(lock);
    else this.begin();
  }

  begin() {
    this.readonly = false;
    this.say(words().unchanged ?? '');
    this.beat = setInterval(() => this.hold(), HEARTBEAT);
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    addEventListener('online', () => this.unsaved && this.flush(), { signal });
    addEventListener('beforeunload', (event) => this.unsaved && event.preventDefault(), { signal });
    addEventListener('pagehide', () => this.leave(), { signal });
    document.addEventListener('visibilitychange', () => this.unsaved && document.hidden && this.flush(), { signal });
  }

  get unsaved() {
    return this.dirty || this.sending;
  }

  changed() {
    if (this.readonly) return;
    if (!this.dirty) this.since = performance.now();
    this.dirty = true;
    this.say(words().unsaved);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), Math.max(0, Math.min(QUIET, LONGEST - (performance.now() - this.since))));
  }

  flush() {
    clearTimeout(this.timer);
    this.running = (this.running ?? Promise.resolve()).catch(() => {}).then(() => this.write());
    return this.running;
  }

  async write() {
    if (this.readonly || !this.dirty) return !this.dirty;
    try {
      // What the server may have already goes first, as it was: the answer says which revision it has.
      if (this.lost !== undefined && !(await this.put(this.lost))) return false;
      Object.assign(this, { dirty: false, sending: true });
      return await this.put(await this.read());
    } catch (problem) {
      reportError(problem);
      Object.assign(this, { dirty: true, sending: false });
      this.again({});
      return false;
    }
  }

  async put(text) {
    this.sending = true; // until the answer nothing counts as saved
    let answer = { status: 200 };
    if (text !== this.stored) {
      this.say(words().saving);
      const keepalive = new Blob([text]).size < OUTLIVES;
      answer = await send('PUT', this.addresses.saveUrl, text, { 'If-Match': `"${this.revision}"` }, { keepalive });
    }
    this.sending = false;
    if (this.readonly) return false; // a colleague took over meanwhile: everything was put aside
    this.lost = answer.status === 0 || answer.status >= 500 ? text : undefined;
    if (answer.status === 200) return this.kept(text, answer);
    this.dirty = true;
    await this.refused(answer);
    return false;
  }

  kept(text, answer) {
    Object.assign(this, { stored: text, revision: answer.revision ?? this.revision, savedAt: answer.saved_time ?? this.savedAt, failures: 0 });
    if (!this.dirty) this.said();
    if (answer.revision) this.dispatchEvent(new Event('saved'));
    return true;
  }

  async refused(answer) {
    if (answer.status === 423 || answer.status === 409) await this.stop(answer.detail);
    else if (answer.status === 403 || answer.status === 404) this.end(answer.detail ?? words().offline, await this.read());
    else if (answer.status === 413 || answer.status === 422) this.say(answer.detail, 'danger'); // until the next change
    else this.again(answer);
  }

  // The server is away, or the session is over: what was drawn stays here and is tried again.
  again(answer) {
    const pause = pauseAfter(this.failures);
    this.failures += 1;
    clearTimeout(this.timer);
    this.say(answer.signedOut ? words().signedOut : words().offline, 'danger');
    this.timer = setTimeout(() => this.flush(), pause);
  }

  async hold() {
    if (this.readonly) return;
    const lock = await send('POST', this.addresses.lockUrl, '{}');
    if (this.readonly) return;
    if (lock.status === 200 && !lock.held_by_me) await this.stop('', lock.holder);
    else if (lock.status === 409) await this.stop(lock.detail);
  }

  // A colleague has the file now or has changed it, or the draft is frozen: what is not saved goes into the history as a row of its own.
  async stop(detail, holder = '') {
    const text = this.unsaved ? await this.read() : null;
    if (this.readonly) return;
    this.readonly = true;
    let aside = true;
    if (text !== null && text !== this.stored) {
      const answer = await send('PUT', `${this.addresses.saveUrl}?taken_over=1`, text);
      aside = answer.status === 200;
    }
    const reason = holder ? words().takenOver.replace('{name}', holder) : detail;
    this.end(text === null ? reason : `${reason} ${aside ? words().keptAside : ''}`, aside ? null : text);
  }

  // Nothing more can be saved here. What the server did not take is offered as a file.
  end(reason, text) {
    this.readonly = true;
    this.dirty = false;
    clearInterval(this.beat);
    clearTimeout(this.timer);
    this.leaving?.abort();
    this.say(reason, 'warning', this.reload());
    if (text) this.state?.append(' ', this.download(text));
    this.dispatchEvent(new Event('readonly'));
  }

  heldBy(lock) {
    const button = this.button(words().takeOver, async () => {
      if (!(await askTakeOver(lock.holder))) return;
      const taken = await send('POST', this.addresses.lockUrl, '{"take_over": true}');
      if (taken.status === 200 && taken.held_by_me) location.reload();
      else this.say(taken.detail ?? words().offline, 'danger');
    });
    this.say(words().heldBy.replace('{name}', lock.holder).replace('{time}', lock.since_time), 'warning', button);
  }

  leave() {
    if (this.readonly) return;
    fetch(this.addresses.lockUrl, { method: 'DELETE', keepalive: true, headers: { 'X-CSRFToken': token() } });
  }

  said() {
    this.say(this.savedAt ? words().saved.replace('{time}', this.savedAt) : words().unchanged);
  }

  say(text, look = '', ...more) {
    if (!this.state) return;
    this.state.className = look ? `editor-state alert alert-${look}` : 'editor-state text-secondary';
    this.state.dataset.revision = this.revision;
    const where = this.dirty ? 'unsaved' : this.sending ? 'saving' : 'saved';
    this.state.dataset.state = this.readonly ? 'readonly' : where;
    this.state.replaceChildren(text ?? '', ...more.flatMap((each) => [' ', each]));
  }

  reload() {
    return this.button(words().reload, () => location.reload());
  }

  download(text) {
    const link = document.createElement('a');
    Object.assign(link, { href: URL.createObjectURL(new Blob([text])), download: this.addresses.name, textContent: words().download });
    return link;
  }

  button(text, act) {
    const found = document.createElement('button');
    Object.assign(found, { type: 'button', className: 'btn btn-sm btn-outline-secondary', textContent: text });
    found.addEventListener('click', act);
    return found;
  }
}
