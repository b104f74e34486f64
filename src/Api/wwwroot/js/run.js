// What can be asked of a run, and the request that trains its network again.

import { addressOf, makeQuery } from './api.js';

export const isActive = run => run.status === 'queued' || run.status === 'running';

/** A schedule spans all epochs of a run, so it can't be continued beyond them. */
export const canContinue = ({ spec, ...run }) => !isActive(run) && run.status !== 'failed' && run.progress.epoch > 0
  && (spec.training.schedule === 'constant' || run.progress.epoch < spec.training.epochs);
export const hasModel = run => run.weightsSha256 !== null;

/** #12 · iris → species */
export const describeRun = ({ id, spec }) => `#${id} · ${spec.dataset} → ${spec.target}`;

/** Returns null if training has not started, and counts up to now while it goes on. */
export function getTrainingSeconds({ startedAt, finishedAt }) {
  if (!startedAt) return null;
  return Math.max(0, ((finishedAt ? Date.parse(finishedAt) : Date.now()) - Date.parse(startedAt)) / 1000);
}

export const cloneHref = run => `#/new?${makeQuery({ from: run.id })}`;

export function requestFrom({ name, spec }) {
  // A null says "none" for early stopping, and "not given" everywhere else.
  return { name, ...withoutNulls(spec), earlyStopping: withoutNulls(spec.earlyStopping) };
}

function withoutNulls(value) {
  if (Array.isArray(value) || value === null || typeof value !== 'object') return value;
  const present = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(present.map(([name, member]) => [name, withoutNulls(member)]));
}

export function curlCommandFor(run) {
  const body = JSON.stringify(requestFrom(run), null, 2).replaceAll("'", "'\\''");
  return `curl -s ${addressOf('api/v1/runs')} -H 'Content-Type: application/json' -d '${body}'`;
}
