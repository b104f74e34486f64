// Calls the service. If it refuses a request, an error is thrown, whose errors each name the field that they are about.

import { makeTimer } from './pageLife.js';

const root = new URL('.', document.baseURI.split('#')[0]);

export const addressOf = path => new URL(path.replace(/^\//, ''), root).href;
const apiAddressOf = path => addressOf(`api/v1${path}`);

const noAnswer = 'The service does not answer. Is it running?';

/** @param asksForKey whether the sign-in form appears if the service wants a key, or another one */
async function send(address, options, asksForKey = true) {
  let response;
  try {
    response = await fetch(address, options);
  } catch (failure) {
    if (isAbort(failure)) throw failure;
    throw new Error(noAnswer);
  }
  const type = response.headers.get('Content-Type');
  return readAnswer({ status: response.status, type, text: await response.text() }, options?.signal, asksForKey);
}

function readAnswer({ status, type, text }, signal, asksForKey = true) {
  if (status === 204) return null;
  const answer = text && type?.includes('json') ? JSON.parse(text) : text;
  if (status >= 200 && status < 300) return answer;
  if (status === 401 && asksForKey && !signal?.aborted) askForKey();
  throw makeError({ detail: answer.detail ?? `The service answered with status ${status}.`, errors: answer.errors });
}

/** @param problem the body of a refusal */
const makeError = ({ detail, errors = [] }) => Object.assign(new Error(detail), { errors });

/** Sends a file, and says which part of it is sent. fetch() could not. */
const sendFile = (address, { method, body, headers, signal }, onSent) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  const on = (target, event, action) => target.addEventListener(event, action);
  on(request.upload, 'progress', ({ loaded, total }) => onSent(loaded / total));
  on(request, 'load', () => resolve(
    { status: request.status, type: request.getResponseHeader('Content-Type'), text: request.responseText }));
  on(request, 'error', () => reject(new Error(noAnswer)));
  on(request, 'abort', () => reject(new DOMException('The upload was cancelled.', 'AbortError')));
  on(signal, 'abort', () => request.abort());
  request.open(method, address);
  Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
  request.send(body);
});

/** Has the sign-in form replace the page. */
export const askForKey = () => dispatchEvent(new Event('keyneeded'));

/** Whether a call failed only because its signal was aborted. */
export const isAbort = failure => failure.name === 'AbortError';

export const get = (path, signal, accept = 'application/json') =>
  send(apiAddressOf(path), { signal, headers: { Accept: accept } });

const makePost = (body, signal) => ({
  method: 'POST', signal, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' },
});
export const post = (path, body, signal) => send(apiAddressOf(path), makePost(body, signal));

export const remove = path => send(apiAddressOf(path), { method: 'DELETE' });

/** The content of a file says its format. Its name tells CSV, JSON and NDJSON apart. */
const makeUpload = (file, signal) => ({
  method: 'POST', signal, body: file,
  headers: {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename*=UTF-8''${escapeParameter(file.name)}`,
  },
});

/** A value of a header's parameter (RFC 8187). */
const escapeParameter = text =>
  encodeURIComponent(text).replace(/['()*]/g, mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * Stores a file as a dataset, which it returns. A large one is imported in the background.
 * @param reading how the file is to be read: options as JSON; for Excel sheet and range
 * @param onProgress gets what is done now: { status, fraction, rows }
 * @param signal cancels the upload
 */
export async function uploadFile(name, file, reading, onProgress, signal) {
  const upload = makeUpload(file, signal);
  upload.headers.Prefer = 'respond-async, wait=1';
  const response = await sendFile(apiAddressOf(`/datasets?${makeQuery({ name, ...reading })}`), upload,
    fraction => onProgress({ status: 'sending', fraction }));
  const answer = readAnswer(response, signal);
  return response.status === 202 ? followImport(answer, onProgress, signal) : answer;
}

async function followImport(started, onProgress, signal) {
  const path = `/imports/${started.id}`;
  const cancel = () => post(`${path}/cancel`).catch(() => {}); // what cannot be cancelled goes on
  signal.addEventListener('abort', cancel);
  let current = started;
  while (!current.finishedAt) {
    onProgress(current);
    await new Promise(resolve => { setTimeout(resolve, 500); });
    current = await get(path, signal);
  }
  if (current.error) throw makeError(current.error);
  signal.throwIfAborted();
  return get(`/datasets/${encodeURIComponent(current.dataset)}?version=${current.version}`);
}

/** Appends the rows of a file to a dataset. Returns the new version. */
export const appendFile = (name, file) =>
  send(apiAddressOf(`/datasets/${encodeURIComponent(name)}/rows`), makeUpload(file));

/** How the file would be understood. Nothing is stored. */
export const previewFile = (file, reading, signal) =>
  send(apiAddressOf(`/datasets/preview?${makeQuery(reading)}`), makeUpload(file, signal));

/** Trades a key for a cookie, which the browser then sends with every call, event stream and download. */
export const signIn = key => send(apiAddressOf('/session'), makePost({ key }), false);

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
      if (source.readyState === EventSource.CLOSED) openAfter(reopen, 1000);
    });
  };

  // An event stream does not say why it failed. A call does: without an active key it leads to the sign-in form.
  const reopen = async () => {
    await get('/session', signal).catch(() => {});
    if (!signal.aborted) open();
  };

  signal.addEventListener('abort', () => source.close());
  open();
}
