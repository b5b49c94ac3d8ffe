// Taking a test: every answer is kept in this browser first, then sent; the newest number of a question wins on the
// server, so that late and doubled requests do no harm. Without a connection the queue waits.
const PATIENCE = 600; // ms of silence after which a typed answer is sent
const PAUSES = [1, 2, 4, 8, 15]; // s between two attempts to reach the server
const TIMEOUT = 15000; // ms

export default function take(bar) {
  const form = bar.closest('form');
  const words = bar.dataset;
  const part = (name) => bar.querySelector(`[data-${name}]`);
  const store = `test:${words.key}`;
  forgetOthers(store);
  const queue = new Map(Object.entries(read(store)));
  let sequence = Math.max(Number(words.sequence), ...[...queue.values()].map((entry) => entry.seq));
  let sending = false;
  let failures = 0;
  let stopped = false;
  let retry;
  let endsAt = performance.now() + Number(words.left) * 1000;

  for (const [position, entry] of queue) {
    const question = form.querySelector(`fieldset[data-position="${position}"]`);
    if (question && entry.seq > Number(question.dataset.seq)) {
      fill(question, entry.fields);
      know(question, entry.seq);
    } else queue.delete(position);
  }
  keep();

  form.addEventListener('input', (event) => changed(event, event.target.matches('input[type="text"], input:not([type])')));
  form.addEventListener('change', (event) => changed(event, false));
  form.addEventListener('submit', () => keep());
  addEventListener('online', () => send());
  document.addEventListener('visibilitychange', () => send());
  addEventListener('beforeunload', (event) => {
    if (queue.size && !stopped && !form.dataset.leaving) event.preventDefault();
  });
  const clock = setInterval(tick, 500);
  tick();
  count();
  say(queue.size ? 'saving' : '');
  send();

  function changed(event, typing) {
    const question = event.target.closest('fieldset[data-position]');
    if (!question || stopped) return;
    clearTimeout(question.timer);
    question.timer = setTimeout(() => put(question), typing ? PATIENCE : 0);
  }

  function put(question) {
    const { position } = question.dataset;
    const name = `q${position}`;
    const fields = [...new FormData(form)]
      .filter(([field]) => field === name || field.startsWith(`${name}.`))
      .map(([field, value]) => [field === name ? 'v' : `p${field.slice(name.length)}`, value]);
    if (queue.get(position)?.fields.join('\n') === fields.join('\n')) return;
    // The clock makes numbers of several devices follow each other: what was answered offline before is older.
    sequence = Math.max(sequence + 1, Number(read(`${store}:n`).n ?? 0) + 1, Date.now());
    write(`${store}:n`, { n: sequence });
    know(question, sequence);
    queue.set(position, { seq: sequence, fields });
    keep();
    count();
    say('saving');
    send();
  }

  async function send() {
    if (sending || stopped || !queue.size) return;
    sending = true;
    clearTimeout(retry);
    const [position, entry] = queue.entries().next().value;
    const outcome = await post(position, entry);
    sending = false;
    if (outcome === 'later') {
      say('offline');
      retry = setTimeout(send, PAUSES[Math.min(failures, PAUSES.length - 1)] * 1000);
      failures += 1;
      return;
    }
    failures = 0;
    if (outcome === 'stopped') return; // what waits is kept for when the test is opened here again
    if (queue.get(position)?.seq === entry.seq) queue.delete(position);
    keep();
    if (queue.size) send();
    else say('saved');
  }

  async function post(position, entry) {
    const body = new URLSearchParams([['position', position], ['seq', entry.seq], ...entry.fields]);
    const headers = { 'X-CSRFToken': document.querySelector('meta[name="csrf-token"]').content };
    let answer;
    let said = {};
    try {
      answer = await fetch(words.address, {
        method: 'POST', body, headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT),
      });
      if (answer.headers.get('Content-Type')?.startsWith('application/json')) said = await answer.json();
    } catch {
      return 'later';
    }
    const question = form.querySelector(`fieldset[data-position="${position}"]`);
    problem(question, answer.status === 422 ? said.message : '');
    if (answer.ok) {
      question.dataset.seq = said.seq;
      endsAt = performance.now() + said.left * 1000;
      return 'saved';
    }
    if (said.state === 'over') finish();
    else if (said.state === 'elsewhere') stop(words.elsewhere);
    else if (answer.type === 'opaqueredirect' || [400, 401, 403].includes(answer.status)) stop(words.signedOut);
    else if (answer.status !== 422) return 'later';
    return stopped ? 'stopped' : 'refused';
  }

  function stop(why) {
    stopped = true;
    clearInterval(clock);
    const box = document.getElementById('test-stop');
    box.querySelector('[data-why]').textContent = why;
    box.hidden = false;
    box.scrollIntoView({ block: 'center' });
    for (const question of form.querySelectorAll('fieldset')) question.disabled = true;
    document.getElementById('test-finish').disabled = true;
    say('');
  }

  function finish() {
    if (form.dataset.leaving) return;
    form.dataset.leaving = 'yes';
    clearInterval(clock);
    form.submit();
  }

  function tick() {
    const left = Math.max(0, Math.round((endsAt - performance.now()) / 1000));
    part('clock').textContent = left >= 3600
      ? `${Math.floor(left / 3600)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}` : `${Math.floor(left / 60)}:${two(left % 60)}`;
    bar.classList.toggle('test-late', left <= 300);
    if ([600, 300, 60].includes(left)) part('said').textContent = words.leftWords.replace('{minutes}', left / 60);
    if (left <= 3) for (const question of form.querySelectorAll('fieldset')) if (question.timer) flush(question);
    if (left === 0) finish();
  }

  function flush(question) {
    clearTimeout(question.timer);
    question.timer = null;
    put(question);
  }

  function count() {
    let done = 0;
    for (const question of form.querySelectorAll('fieldset[data-position]')) {
      const name = `q${question.dataset.position}`;
      const full = [...new FormData(form)].some(([field, value]) => (field === name || field.startsWith(`${name}.`)) && value);
      const mark = bar.querySelector(`[data-mark="${question.dataset.position}"]`);
      mark.classList.toggle('done', full);
      mark.querySelector('[data-done]').textContent = full ? ` ${words.done}` : '';
      done += full;
    }
    const missing = form.querySelectorAll('fieldset[data-position]').length - done;
    part('answered').textContent = done;
    document.getElementById('test-finish').dataset.confirm = missing
      ? words.askMissing.replace('{count}', missing) : words.ask;
  }

  function say(state) {
    const box = part('state');
    box.textContent = words[state] ?? '';
    box.dataset.state = state;
    if (state === 'offline') part('said').textContent = words.offline;
  }

  function keep() {
    write(store, Object.fromEntries(queue));
  }

  form.addEventListener('submit', (event) => {
    if (!event.defaultPrevented) form.dataset.leaving = 'yes';
  });
}

function fill(question, fields) {
  const name = `q${question.dataset.position}`;
  const values = fields.filter(([field]) => field === 'v').map(([, value]) => value);
  for (const [index, control] of [...question.querySelectorAll(`[name="${name}"]:not([type="hidden"])`)].entries()) {
    if (control.type === 'radio' || control.type === 'checkbox') control.checked = values.includes(control.value);
    else control.value = values[index] ?? '';
  }
  for (const [field, value] of fields) {
    if (field !== 'v') question.querySelector(`[name="${CSS.escape(name + field.slice(1))}"]`).value = value;
  }
}

// What the form holds of a question is as new as this number: the server keeps what is newer.
function know(question, seq) {
  question.form.elements[`s${question.dataset.position}`].value = seq;
}

function problem(question, text) {
  const box = question?.querySelector('[data-problem]');
  if (!box) return;
  box.textContent = text ?? '';
  box.hidden = !text;
  box.classList.toggle('d-block', Boolean(text));
}

function forgetOthers(store) {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith('test:') && !name.startsWith(store)) localStorage.removeItem(name);
  }
}

function two(number) {
  return String(number).padStart(2, '0');
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? '{}');
  } catch {
    return {};
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // a browser that keeps nothing: answers are still sent at once
  }
}
