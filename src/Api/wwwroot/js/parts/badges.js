// A run's status, verdict and best loss, each in a word or two.

import { el } from '../dom.js';
import { formatNumber, splitCamelCase } from '../format.js';

const badgeKinds = {
  healthy: 'good', overfitting: 'bad', notLearning: 'bad', diverged: 'bad', stoppedTooEarly: 'warn', inconclusive: '',
};

export const verdictOptions = Object.keys(badgeKinds).map(code => [code, splitCamelCase(code)]);

export const makeStatus = run => el('span', { class: `status ${run.status}` }, run.status);

export function makeVerdictBadge(verdict) {
  if (!verdict) return null;
  const { code, provisional } = verdict;
  const kind = badgeKinds[code] ?? '';
  return [
    el('span', { class: `badge ${kind} ${provisional ? 'provisional' : ''}` }, splitCamelCase(code)),
    provisional && el('span.detail', ' so far'),
  ];
}

export function formatBestLoss({ bestValidationLoss, bestEpoch }, unit = '') {
  return bestValidationLoss === null ? '–' : `${formatNumber(bestValidationLoss)} @\u00a0${unit}${bestEpoch}`;
}
