// Talks to the Client Service. The token stays in this page's memory; a cookie, which opens what may be read and nothing else, lets the
// page be loaded again without it.

let token = null;

/** The service has refused, or does not answer: the message is for users. */
export class Refused extends Error {
  constructor(status, detail, field) {
    super(detail);
    this.status = status;
    this.field = field;
  }
}

/** Whether this page may change anything without asking for the token first. */
export function hasToken() {
  return token !== null;
}

/** The answer's JSON, or its text if it is not JSON. */
export async function ask(path, method = 'GET', body = undefined) {
  const headers = {};
  if (token !== null) {
    headers.Authorization = `Bearer ${token}`;
  }
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Refused(0, 'The Client Service does not respond; retrying.');
  }
  const text = await answer.text();
  const isJson = (answer.headers.get('Content-Type') ?? '').includes('json');
  const content = isJson && text ? JSON.parse(text) : text;
  if (!answer.ok) {
    throw new Refused(answer.status, content?.detail ?? `${method} ${path} was answered with ${answer.status}`, content?.field);
  }
  return content;
}

/** Exchanges the token for a session. */
export async function signIn(given) {
  const before = token;
  token = given;
  try {
    await openSession();
  } catch (refusal) {
    token = before;
    throw refusal;
  }
}

/** A service without sessions accepts the token nevertheless: it is used until the page is closed. */
async function openSession() {
  try {
    await ask('/api/v1/session', 'POST');
  } catch (refusal) {
    if (refusal.status !== 404 && refusal.status !== 405) {
      throw refusal;
    }
    await ask('/api/v1/client-groups');
  }
}

export async function signOut() {
  token = null;
  await ask('/api/v1/session', 'DELETE');
}
