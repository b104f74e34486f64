// One prediction: the value in its interval, or the classes by probability, and what to be wary of.

import { el, put, svg } from '../dom.js';
import { fine, number, percent } from '../format.js';
import { note } from './notice.js';

export function answer(host, run, model, { predictions: [found], intervalUnavailable, verdict }) {
  const { interval } = found, shown = value => interval ? fine(value, interval.high - interval.low) : number(value);
  put(host,
    el('h2', { text: model.target }), el('p', { class: 'answer', text: found.label ?? shown(found.value) }),
    interval && drawn(found, run, shown),
    interval && el('p', { class: 'small muted', text: `In ${percent(interval.level)} of cases like the validation rows the true value lies between ${shown(interval.low)} and ${shown(interval.high)}.${found.warnings.length ? ' This row is not like them: see below.' : ''}` }),
    found.probabilities && chances(found.probabilities),
    intervalUnavailable && el('p', { class: 'small muted', text: intervalUnavailable }),
    found.warnings.length > 0 && note('warn', el('ul', {}, found.warnings.map(warning => el('li', { text: say(warning) })))),
    verdict && note('', el('p', {}, el('b', { text: 'About this run: ' }), verdict.sentence)));
}

function say({ code, feature, value, range, imputedWith }) {
  if (code === 'outsideTrainingRange') return `${feature} is ${number(value)}, outside the ${number(range[0])} to ${number(range[1])} that the network practised on: this is a guess.`;
  if (code === 'unseenCategory') return `${feature} is “${value}”, which the network has never seen.`;
  return imputedWith === null ? `${feature} is not known.` : `${feature} is not known; the median, ${number(imputedWith)}, stands in for it.`;
}

function drawn({ value, interval: { low, high } }, run, shown) {
  const margin = (high - low) * .35 || 1, from = low - margin, to = high + margin, x = at => 10 + (at - from) / (to - from) * 340;
  const label = (at, y, text) => svg('text', { x: x(at), y, 'text-anchor': 'middle', text });
  return svg('svg', { class: 'interval', viewBox: '0 0 360 64', role: 'img', 'aria-label': `Between ${shown(low)} and ${shown(high)} ${run.spec.target}` },
    svg('line', { class: 'axis', x1: 10, x2: 350, y1: 30, y2: 30 }), svg('line', { class: 'span', x1: x(low), x2: x(high), y1: 30, y2: 30 }), svg('circle', { class: 'dot', cx: x(value), cy: 30, r: 7 }),
    label(low, 56, shown(low)), label(value, 14, shown(value)), label(high, 56, shown(high)));
}

const chances = byLabel => el('div', { class: 'chances' }, Object.entries(byLabel).sort(([, one], [, other]) => other - one).slice(0, 12)
  .flatMap(([label, share]) => [el('span', { text: label }), el('progress', { max: 1, value: share, 'aria-label': `Probability of ${label}` }), el('span', { text: percent(share, 1) })]));
