// Calls of the designer's islands: JSON answers with their status, the words of the page, its token.
let kept;

/** The island's words, as the page has them. */
export function words() {
  kept ??= JSON.parse(document.getElementById('island-words')?.textContent ?? '{}');
  return kept;
}

const meta = () => document.querySelector('meta[name="csrf-token"]');
export const token = () => meta()?.content ?? '';

/**
 * One call. Answers {status, …body}; status 0: the server did not answer; signedOut: the session is over.
 * Somebody who signed in again in another tab has another token: it is fetched, and the call repeated once.
 */
export async function send(method, url, body, headers = {}, { again = true } = {}) {
  let answer;
  try {
    answer = await fetch(url, { method, body, headers: { 'X-CSRFToken': token(), 'Content-Type': typeOf(body), ...headers } });
  } catch {
    return { status: 0 };
  }
  const isJson = answer.headers.get('Content-Type')?.includes('json');
  if (isJson) return { ...(await answer.json()), status: answer.status };
  if (answer.status === 400 && again && (await freshToken())) return send(method, url, body, headers, { again: false });
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
