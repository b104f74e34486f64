// Calls the service. A refusal is thrown as an error whose errors each name the field that they are about.

import { makeTimer } from './pageLife.js';

const root = new URL('.', document.baseURI.split('#')[0]);

export const addressOf = path => new URL(path.replace(/^\//, ''), root).href;
const apiAddressOf = path => addressOf(`api/v1${path}`);

async function send(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch (failure) {
    if (isAbort(failure)) throw failure;
    throw new Error('The service does not answer. Is it running?');
  }
  if (response.status === 204) return null;
  const text = await response.text();
  const answer = text && response.headers.get('Content-Type')?.includes('json') ? JSON.parse(text) : text;
  if (response.ok) return answer;
  const message = answer.detail ?? `The service answered with status ${response.status}.`;
  throw Object.assign(new Error(message), { errors: answer.errors ?? [] });
}

/** Whether a call failed only because its signal was aborted. */
export const isAbort = failure => failure.name === 'AbortError';

export const get = (path, signal, accept = 'application/json') =>
  send(apiAddressOf(path), { signal, headers: { Accept: accept } });

export const post = (path, body, signal) => send(apiAddressOf(path), {
  method: 'POST', signal, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' },
});

export const remove = path => send(apiAddressOf(path), { method: 'DELETE' });

export const uploadCsv = (name, file) => send(apiAddressOf(`/datasets?${makeQuery({ name })}`), {
  method: 'POST', body: file, headers: { 'Content-Type': 'text/csv' },
});

export const getOpenApi = () => send(addressOf('swagger/v1/swagger.json'));
export const listDatasets = async signal => (await get('/datasets?pageSize=1000', signal)).items;

/** Leaves out values that are empty or null. */
export function makeQuery(values) {
  const present = Object.entries(values).filter(([, value]) => value !== '' && value !== null && value !== undefined);
  return new URLSearchParams(present).toString();
}

/**
 * Follows a run's events that come after an epoch. The browser reconnects on its own and sends the last epoch that it
 * received; this opens a new stream only if the browser has given up.
 */
export function watchRun(id, lastEpoch, { onEpochs, onEnd, onConnection }, signal) {
  const openAfter = makeTimer(signal);
  let source;

  const open = () => {
    source = new EventSource(apiAddressOf(`/runs/${id}/events${lastEpoch >= 0 ? `?after=${lastEpoch}` : ''}`));
    source.addEventListener('open', () => onConnection(true));
    source.addEventListener('epochs', event => {
      if (event.lastEventId !== '') lastEpoch = Number(event.lastEventId);
      onEpochs(JSON.parse(event.data));
    });
    source.addEventListener('done', event => {
      source.close();
      onEnd(JSON.parse(event.data));
    });
    source.addEventListener('error', () => {
      onConnection(false);
      if (source.readyState === EventSource.CLOSED) openAfter(open, 1000);
    });
  };

  signal.addEventListener('abort', () => source.close());
  open();
}
