// What can be done with a run, the same from the list and from its page.

import { post, remove, query } from './api.js';
import { announce, el, uid } from './dom.js';
import { go } from './navigation.js';
import { ask } from './parts/dialog.js';

export const isActive = run => run.status === 'queued' || run.status === 'running';
export const canContinue = run => !isActive(run) && run.status !== 'failed' && run.progress.epoch > 0;

export async function cancel(run) {
  announce(`Run ${run.id} ends and keeps its best weights.`);
  return post(`/runs/${run.id}/cancel`);
}

export async function goOn(run) {
  const id = uid('epochs');
  const answer = await ask(`Continue “${run.name}”`, el('div', { class: 'field' }, el('label', { for: id, text: 'Epochs to add' }),
    el('input', { id, name: 'epochs', type: 'number', min: 1, max: 1000000, required: true, value: 50 }),
    el('p', { class: 'help', text: 'A new run begins where this one ended, with its weights and its history: as if it had never stopped.' })), { yes: 'Continue' });
  if (!answer) return;
  const next = await post(`/runs/${run.id}/continue`, { additionalEpochs: Number(answer.epochs) });
  go(`/runs/${next.id}`);
}

/** Resolves to whether it is gone. */
export async function discard(run) {
  const answer = await ask(`Delete “${run.name}”?`, el('p', { text: 'Its history and its model go with it. Runs that went on from it stay.' }), { yes: 'Delete', danger: true });
  if (!answer) return false;
  await remove(`/runs/${run.id}`);
  announce(`Run ${run.id} is deleted.`);
  return true;
}

export const clone = run => `#/new?${query({ from: run.id })}`;

/** The request that trains the same network again. */
export function requestOf(run) {
  const { test, ...spec } = run.spec;
  const given = value => Array.isArray(value) || value === null || typeof value !== 'object' ? value
    : Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null).map(([name, member]) => [name, given(member)]));
  return { name: run.name, ...given(spec), ...(test ? { test: given(test) } : {}), earlyStopping: given(spec.earlyStopping) };
}

export function curlOf(run, url) {
  const quoted = JSON.stringify(requestOf(run), null, 2).replaceAll("'", "'\\''");
  return `curl -s ${url} -H 'Content-Type: application/json' -d '${quoted}'`;
}
