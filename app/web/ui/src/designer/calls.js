// Calls of the designer's islands: JSON answers with their status, the words of the page, its token.
let kept;

/** The island's words, as the page has them. */
export function words() {
  kept ??= JSON.parse(document.getElementById('island-words')?.textContent ?? '{}');
  return kept;
}

const meta = () => document.querySelector('meta[name="csrf-token"]');
export const token = () => meta()?.content ?? '';

const PAUSES = [2, 4, 8, 15, 30]; // s between two attempts to reach the server

/** How long to wait, in ms, after so many failures. */
export const pauseAfter = (failures) => PAUSES[Math.min(failures, PAUSES.length - 1)] * 1000;

/**
 * One call. Answers {status, …body}; status 0: the server did not answer; signedOut: the session is over.
 * `keepalive`: it goes on when the page is left.
 * Somebody who signed in again in another tab has another token: it is fetched, and the call repeated once.
 */
export async function send(method, url, body, headers = {}, { again = true, keepalive = false } = {}) {
  let answer;
  try {
    answer = await fetch(url, { method, body, keepalive, headers: { 'X-CSRFToken': token(), 'Content-Type': typeOf(body), ...headers } });
    if (answer.headers.get('Content-Type')?.includes('json')) return { ...(await answer.json()), status: answer.status };
  } catch {
    return { status: 0 };
  }
  if (answer.status === 400 && again && (await freshToken())) return send(method, url, body, headers, { again: false, keepalive });
  return { status: answer.ok ? 0 : answer.status, signedOut: answer.redirected || answer.status === 401 };
}

const typeOf = (body) => (typeof body === 'string' && body.startsWith('{') ? 'application/json' : 'application/octet-stream');

async function freshToken() {
  try {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
    const found = page.querySelector('meta[name="csrf-token"]')?.content;
    if (!found || found === token()) return false;
    meta().content = found;
    return true;
  } catch {
    return false;
  }
}
