// One prediction: a value with its interval, or classes with their probabilities, and the warnings.

import { el, setChildren, svg } from '../dom.js';
import { formatNumber, formatPercent, formatToWidth } from '../format.js';
import { makeList, makeNotice } from './notices.js';

const maxClasses = 12;

export function showPrediction(host, model, { predictions: [prediction], intervalUnavailable, verdict }) {
  const { value, interval, label, probabilities, warnings } = prediction;
  const format = number => interval ? formatToWidth(number, interval.high - interval.low) : formatNumber(number);
  setChildren(host,
    el('h2', model.target),
    el('p.prediction', label ?? format(value)),
    interval && drawInterval(value, interval, model.target, format),
    interval && el('p.small.muted', describeInterval(interval, format, warnings.length > 0)),
    probabilities && makeProbabilities(probabilities),
    intervalUnavailable && el('p.small.muted', intervalUnavailable),
    warnings.length > 0 && makeNotice('warn', makeList(warnings.map(describeWarning))),
    verdict && makeNotice('', el('p', el('b', 'About this run: '), verdict.sentence)));
}

function describeInterval({ level, low, high }, format, hasWarnings) {
  return `For rows like the validation rows, the true value lies between ${format(low)} and ${format(high)} `
    + `in ${formatPercent(level)} of cases.`
    + (hasWarnings ? ' This row is not like them: see the warning below.' : '');
}

function describeWarning({ code, feature, value, range, imputedWith }) {
  if (code === 'outsideTrainingRange') {
    const [min, max] = range.map(formatNumber);
    return `${feature} is ${formatNumber(value)}, outside the range of the training rows (${min} to ${max}). `
      + 'The prediction is a guess.';
  }
  if (code === 'unseenCategory') return `${feature} is “${value}”, which is not in the training rows.`;
  return imputedWith === null
    ? `${feature} is missing.`
    : `${feature} is missing. The model uses the median, ${formatNumber(imputedWith)}.`;
}

function drawInterval(value, { low, high }, target, format) {
  const margin = (high - low) * .35 || 1;
  const from = low - margin, to = high + margin;
  const x = number => 10 + (number - from) / (to - from) * 340;
  const makeLabel = (number, y) => svg('text', { x: x(number), y, 'text-anchor': 'middle' }, format(number));
  const label = `Between ${format(low)} and ${format(high)} ${target}`;
  return svg('svg.interval', { viewBox: '0 0 360 64', role: 'img', 'aria-label': label },
    svg('line.axis', { x1: 10, x2: 350, y1: 30, y2: 30 }),
    svg('line.range', { x1: x(low), x2: x(high), y1: 30, y2: 30 }),
    svg('circle.value', { cx: x(value), cy: 30, r: 7 }),
    makeLabel(low, 56), makeLabel(value, 14), makeLabel(high, 56));
}

function makeProbabilities(probabilities) {
  const sorted = Object.entries(probabilities).sort(([, first], [, second]) => second - first);
  return el('div.probabilities', sorted.slice(0, maxClasses).map(([label, probability]) => [
    el('span', label),
    el('progress', { max: 1, value: probability, 'aria-label': `Probability of ${label}` }),
    el('span', formatPercent(probability, 1)),
  ]));
}
