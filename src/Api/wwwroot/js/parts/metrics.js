// How good a run's weights are: numbers beside those of simpler models, and the rows themselves.

import { get } from '../api.js';
import { axis, draw } from '../charts.js';
import { el } from '../dom.js';
import { count, number, percent } from '../format.js';
import { trouble } from './notice.js';
import { numbers } from './numbers.js';

const names = {
  loss: 'Loss', rmse: 'RMSE', mae: 'MAE', r2: 'R²', accuracy: 'Accuracy', balancedAccuracy: 'Balanced accuracy', macroF1: 'Macro F1', logLoss: 'Log loss', rocAuc: 'ROC AUC', calibrationError: 'Calibration error',
};
const shares = new Set(['accuracy', 'balancedAccuracy']);

export function metrics(host, run, signal) {
  const { evaluation } = run;
  if (!evaluation) { host.replaceChildren(); return; }
  const rows = el('section', { class: 'card' });
  host.replaceChildren(el('div', { class: 'two' }, el('section', { class: 'card' }, el('h2', { text: 'Metrics' }), el('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Metrics' }, table(evaluation)), ...sentences(evaluation)), rows));
  if (evaluation.validation.task === 'classification') confusion(rows, evaluation.validation);
  else scatter(rows, run, signal).catch(failure => { if (!signal.aborted) rows.replaceChildren(trouble(failure)); });
}

function table(evaluation) {
  const columns = [['training', evaluation.train], ['validation', evaluation.validation], ...(evaluation.test ? [['test', evaluation.test]] : []),
    ...Object.entries(evaluation.baselines).map(([name, result]) => [name === 'linear' ? 'linear model' : `always the ${name}`, result.validation])];
  const shown = Object.keys(names).filter(name => columns.some(([, values]) => values[name] !== undefined && values[name] !== null));
  return el('table', {}, el('thead', {}, el('tr', {}, el('th', { text: '' }), columns.map(([name]) => el('th', { class: 'number', scope: 'col', text: name })))),
    el('tbody', {}, shown.map(name => el('tr', {}, el('th', { scope: 'row', text: names[name] }),
      columns.map(([, values]) => el('td', { class: 'number', text: shares.has(name) ? percent(values[name], 1) : number(values[name]) }))))));
}

const sentences = evaluation => [
  ...Object.values(evaluation.baselines).map(result => el('p', { class: 'small muted', text: result.sentence })),
  evaluation.interval && el('p', { class: 'small muted', text: evaluation.interval.halfWidth === null
    ? 'Too few validation rows to tell an interval around predictions.'
    : `In ${percent(evaluation.interval.level)} of new cases the true value lies within ±${number(evaluation.interval.halfWidth)} of the prediction${evaluation.interval.testCoverage === null ? '' : `; on the test rows it did in ${percent(evaluation.interval.testCoverage, 1)}`}.` }),
].filter(Boolean);

function confusion(host, { confusion: rows, classes }) {
  const most = Math.max(...rows.flat(), 1);
  host.append(el('h2', { text: 'Confusion matrix' }), el('p', { class: 'small muted', text: 'Validation rows: what they are (rows) and what they were taken for (columns).' }),
    el('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Confusion matrix' }, el('table', { class: 'confusion' }, el('thead', {}, el('tr', {}, el('th', { text: 'is \\ taken for' }), classes.map(one => el('th', { class: 'number', scope: 'col', text: one.label })))),
      el('tbody', {}, rows.map((counts, is) => el('tr', {}, el('th', { scope: 'row', text: classes[is].label }), counts.map((value, taken) => {
        const cell = el('td', { class: is === taken ? 'hit' : '', text: count(value) });
        cell.style.backgroundColor = value ? `color-mix(in srgb, var(--${is === taken ? 'accent' : 'validation'}) ${Math.round(6 + 24 * value / most)}%, transparent)` : '';
        return cell;
      })))))));
}

async function scatter(host, run, signal) {
  const fit = await get(`/runs/${run.id}/predicted-vs-actual`, { signal });
  const box = el('div', { class: 'chart' });
  const parts = [['training', 'train', fit.train], ['validation', 'validation', fit.validation], ['test', 'test', fit.test]].filter(([, , points]) => points.length);
  host.append(el('h2', { text: 'Predicted against actual' }), el('p', { class: 'small muted', text: `Each point is a row; on the line, “${fit.target}” is predicted exactly.` }), box,
    numbers('Predicted against actual', ['part', 'row', 'actual', 'predicted'], () => parts.flatMap(([name, , points]) => points.map(point => [name, point.row, point.actual, point.predicted]))));
  const all = parts.flatMap(([, , points]) => points.flatMap(point => [point.actual, point.predicted]));
  const low = Math.min(...all), high = Math.max(...all);
  await draw(box, palette => ({
    grid: { left: 8, right: 18, top: 56, bottom: 30, containLabel: true }, legend: { top: 0, left: 0, icon: 'circle', itemHeight: 9, textStyle: { color: palette.muted } },
    xAxis: axis(palette, { type: 'value', scale: true, name: 'actual', nameLocation: 'middle', nameGap: 26, axisLabel: { formatter: number, color: palette.muted, hideOverlap: true, alignMaxLabel: 'right' } }),
    yAxis: axis(palette, { type: 'value', scale: true, name: 'predicted', nameTextStyle: { align: 'left', color: palette.muted }, axisLabel: { formatter: number, color: palette.muted } }),
    tooltip: { trigger: 'item', renderMode: 'richText', formatter: item => item.data.length > 2 ? `row ${item.data[2]}\nactual  ${number(item.data[0])}\npredicted  ${number(item.data[1])}` : '', backgroundColor: palette.card, borderColor: palette['strong-line'], textStyle: { color: palette.ink } },
    series: [
      { type: 'line', data: [[low, low], [high, high]], showSymbol: false, silent: true, lineStyle: { color: palette['strong-line'], type: 'dashed', width: 1.3 } },
      ...parts.map(([name, colour, points]) => ({ name, type: 'scatter', symbolSize: 7, itemStyle: { color: palette[colour], opacity: name === 'training' ? .45 : .85 }, data: points.map(point => [point.actual, point.predicted, point.row]) })),
    ],
  }), () => `Predicted against actual ${fit.target} of ${parts.map(([name, , points]) => `${points.length} ${name} rows`).join(', ')}`, signal);
}
