// Calls to the service. What it refuses is thrown as a Problem, with the field that each error is about.

const root = new URL('.', document.baseURI.split('#')[0]);
export const address = path => new URL(path.replace(/^\//, ''), root).href;
const of = path => address(`api/v1${path}`);

export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? `The service answered with status ${status}.`);
    this.status = status;
    this.code = body?.code ?? 'unknown';
    this.errors = body?.errors ?? [];
  }
}

async function call(method, path, { body, type = 'application/json', accept, signal } = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method, signal,
      headers: { ...(body === undefined ? {} : { 'Content-Type': type }), ...(accept ? { Accept: accept } : {}) },
      body: body === undefined || type !== 'application/json' ? body : JSON.stringify(body),
    });
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure;
    throw new Problem(0, { code: 'unreachable', detail: 'The service does not answer. Is it still running?' });
  }
  if (answer.status === 204) return null;
  const text = await answer.text();
  const json = text && answer.headers.get('Content-Type')?.includes('json') ? JSON.parse(text) : text;
  if (!answer.ok) throw new Problem(answer.status, json);
  return json;
}

export const get = (path, options) => call('GET', of(path), options);
export const post = (path, body, options) => call('POST', of(path), { body, ...options });
export const remove = path => call('DELETE', of(path));
export const upload = (name, file) => call('POST', of(`/datasets?name=${encodeURIComponent(name)}`), { body: file, type: 'text/csv' });
export const openApi = () => call('GET', address('swagger/v1/swagger.json'));
export const query = values => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== '' && value !== null && value !== undefined)).toString();

/**
 * Follows a run's events from after an epoch on. The browser reconnects by itself and says which epoch it had; only when it
 * has given up does this open the stream anew.
 */
export function watch(id, after, { epochs, done, connected = () => {} }, signal) {
  let last = after, source, timer;
  const open = () => {
    source = new EventSource(of(`/runs/${id}/events${last >= 0 ? `?after=${last}` : ''}`));
    source.addEventListener('open', () => connected(true));
    source.addEventListener('epochs', event => {
      if (event.lastEventId !== '') last = Number(event.lastEventId);
      epochs(JSON.parse(event.data));
    });
    source.addEventListener('done', event => { close(); done(JSON.parse(event.data)); });
    source.addEventListener('error', () => {
      connected(false);
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, 1000);
    });
  };
  const close = () => { clearTimeout(timer); source?.close(); };
  signal.addEventListener('abort', close);
  open();
}
