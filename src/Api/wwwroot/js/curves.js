// The chart of one run: both losses, and what there is to know about them.

import { get, watch } from './api.js';
import { axis, draw, save } from './charts.js';
import { el, put } from './dom.js';
import { number } from './format.js';
import { History, smooth } from './history.js';
import { numbers } from './parts/numbers.js';

/** More points than this are more than a chart has columns. */
const most = 900;
/** A frame is drawn at most so often while epochs rush in; in between there is time for the reader. */
const pause = 300;

/** Draws a run into an element with its tools above it, and keeps it up to date until it has ended. */
export function curves(host, run, { signal, onProgress = () => {}, onDone = () => {}, onConnection = () => {}, tools = true, height }) {
  const history = new History();
  const view = { log: false, rate: false, smooth: false };
  const chartBox = el('div', { class: 'chart', 'data-epochs': 0 });
  if (height) chartBox.style.height = height;
  const keys = el('div', { class: 'bar' });
  let chart = null, drawn = 0, waiting = 0;

  const option = palette => optionOf(run, history, view, palette, tools);
  const refresh = () => {
    if (!chart || waiting) return;
    waiting = setTimeout(() => requestAnimationFrame(() => {
      waiting = 0;
      drawn = performance.now();
      chart.refresh();
      showKeys(keys, run);
      chartBox.dataset.epochs = history.length;
    }), Math.max(0, pause - (performance.now() - drawn)));
  };
  const toggle = (name, text) => el('button', {
    type: 'button', text, 'aria-pressed': 'false', class: 'small',
    on: { click: event => { view[name] = !view[name]; event.currentTarget.setAttribute('aria-pressed', view[name]); refresh(); } },
  });
  const file = `run-${run.id}`;
  const take = async (kind, type) => {
    const shown = await drawing; // whoever is quicker than the chart gets it all the same
    if (shown) save(`${file}.${kind}`, shown[kind](), type);
  };
  put(host,
    tools && el('div', { class: 'bar apart' },
      el('div', { class: 'bar', role: 'group', 'aria-label': 'How it is drawn' }, toggle('log', 'Log scale'), toggle('rate', 'Learning rate'), toggle('smooth', 'Smoothed')),
      el('div', { class: 'bar', role: 'group', 'aria-label': 'Download' },
        el('button', { type: 'button', class: 'quiet', text: 'CSV', 'aria-label': 'Download the history as CSV', on: { click: async () => save(`${file}.csv`, await get(`/runs/${run.id}/history`, { accept: 'text/csv' }), 'text/csv') } }),
        el('button', { type: 'button', class: 'quiet', text: 'SVG', 'aria-label': 'Download the chart as SVG', on: { click: () => take('svg', 'image/svg+xml') } }),
        el('button', { type: 'button', class: 'quiet', text: 'PNG', 'aria-label': 'Download the chart as PNG', on: { click: () => take('png', 'image/png') } }))),
    chartBox, keys,
    tools && numbers('Losses by epoch', ['epoch', 'training loss', 'validation loss', 'learning rate'], () => history.epoch.map((epoch, at) => [epoch, history.train[at], history.validation[at], history.rate[at]])));
  showKeys(keys, run);

  const label = () => history.length < 2 ? 'Loss curves; no epoch yet.'
    : `Loss curves over ${history.last} epochs. Training loss ${number(history.train[0])} at first and ${number(history.train.at(-1))} at the end; validation loss ${number(history.validation[0])} at first and ${number(history.validation.at(-1))} at the end.`
      + (run.bestEpoch ? ` Best validation loss ${number(run.bestValidationLoss)} in epoch ${run.bestEpoch}.` : '');

  const drawing = (async () => {
    const past = await get(`/runs/${run.id}/history?maxPoints=5000`, { signal });
    history.add(past.epochs);
    if (!run.finishedAt) {
      watch(run.id, history.last, {
        epochs: news => {
          history.add(news.epochs);
          Object.assign(run, { status: news.status, progress: news.progress, bestEpoch: news.bestEpoch, bestValidationLoss: news.bestValidationLoss });
          onProgress(run);
          refresh();
        },
        done: ended => { Object.assign(run, ended); onDone(run); refresh(); },
        connected: onConnection,
      }, signal);
    }
    chart = await draw(chartBox, option, label, signal);
    chartBox.dataset.epochs = history.length;
    refresh();
    return chart;
  })().catch(failure => { if (!signal.aborted) chartBox.replaceChildren(el('p', { class: 'muted', text: failure.message })); });
  return { refresh, history };
}

/** Says what is in the chart by now, and nothing of what is not. */
function showKeys(host, run) {
  const known = [['train', 'training'], ['validation', 'validation'], run.bestEpoch && ['best', 'best epoch'], run.baselineLoss !== null && ['baseline', 'baseline'], run.bestEpoch && run.spec.earlyStopping && ['patience', 'patience']].filter(Boolean);
  if (host.children.length === known.length + 1) return;
  put(host, el('span', { class: 'small muted', text: `loss: ${run.loss.name}, in ${run.loss.unit}` }), known.map(([name, text]) => el('span', { class: `key ${name}` }, el('i'), text)));
}

/** Powers of two where powers of ten would leave most of the height empty. */
const scale = (log, points) => {
  if (!log) return { type: 'value' };
  const values = points.map(([, value]) => value).filter(value => value > 0);
  return { type: 'log', logBase: Math.max(...values) / Math.min(...values) < 100 ? 2 : 10 };
};

function optionOf(run, history, view, palette, labelled) {
  const line = (name, colour, points, more = {}) => ({
    name, type: 'line', showSymbol: points.filter(([, value]) => value !== null).length === 1, data: points.map(([epoch, value]) => [epoch, view.log && !(value > 0) ? null : value]),
    lineStyle: { width: 1.8, color: colour }, itemStyle: { color: colour }, emphasis: { disabled: true }, connectNulls: false, ...more,
  });
  const train = history.points('train', most), validation = history.points('validation', most);
  const { baselineLoss: baseline, bestEpoch: best, bestValidationLoss: bestLoss } = run;
  const patience = run.spec.earlyStopping?.patience;
  const end = Math.max(history.last, 1);
  const marks = {
    markLine: best ? {
      symbol: 'none', silent: true, lineStyle: { color: palette.validation, type: 'dotted', width: 1.4 }, data: [{ xAxis: best }],
      label: { show: labelled, position: 'end', align: best > .9 * end ? 'right' : best < .1 * end ? 'left' : 'center', formatter: `best: epoch ${best}`, color: palette.ink, fontSize: 12 },
    } : undefined,
    markPoint: best && bestLoss !== null && !(view.log && bestLoss <= 0) ? {
      silent: true, symbol: 'circle', symbolSize: 9, itemStyle: { color: palette.validation, borderColor: palette.card, borderWidth: 2 },
      label: { show: false }, data: [{ coord: [best, bestLoss] }],
    } : undefined,
    markArea: best && patience && end > best ? {
      silent: true, itemStyle: { color: palette['warn-wash'], opacity: .6 }, data: [[{ xAxis: best }, { xAxis: Math.min(best + patience, end) }]],
    } : undefined,
  };
  const nothing = [...train, ...validation].every(([, value]) => value === null);
  return {
    title: nothing ? { text: history.length ? 'No loss is a finite number.' : 'The curves begin with the first epoch.', left: 'center', top: 'middle', textStyle: { color: palette.muted, fontSize: 14, fontWeight: 'normal' } } : undefined,
    grid: { left: 8, right: view.rate ? 12 : 18, top: labelled || view.rate ? 30 : 14, bottom: 30, containLabel: true },
    xAxis: axis(palette, { type: 'value', min: 0, max: end, minInterval: 1, name: 'epoch', nameLocation: 'end', nameGap: -28, nameTextStyle: { verticalAlign: 'top', padding: [26, 0, 0, 0], color: palette.muted }, splitLine: { show: false } }),
    yAxis: [
      axis(palette, { ...scale(view.log, [...train, ...validation]), axisLabel: { formatter: number, color: palette.muted, hideOverlap: true } }),
      ...(view.rate ? [axis(palette, { type: 'value', name: 'learning rate', nameTextStyle: { align: 'right', color: palette.test }, splitLine: { show: false }, min: 0, axisLabel: { formatter: number, color: palette.muted } })] : []),
    ],
    tooltip: {
      trigger: 'axis', renderMode: 'richText', confine: true, backgroundColor: palette.card, borderColor: palette['strong-line'], borderWidth: 1, textStyle: { color: palette.ink, fontSize: 12, lineHeight: 18 },
      formatter: items => [`epoch ${items[0].data[0]}`, ...items.filter(item => item.seriesName).map(item => `${item.seriesName}  ${number(item.data[1])}`)].join('\n'),
    },
    series: [
      ...(baseline === null ? [] : [line('', palette.baseline, [[0, baseline], [end, baseline]], { silent: true, lineStyle: { color: palette.baseline, type: 'dashed', width: 1.4 } })]),
      ...(view.smooth ? [line('', palette.train, train, { lineStyle: { width: 1, color: palette.train, opacity: .25 } }), line('', palette.validation, validation, { lineStyle: { width: 1, color: palette.validation, opacity: .25 } })] : []),
      line('training', palette.train, view.smooth ? smooth(train) : train),
      line('validation', palette.validation, view.smooth ? smooth(validation) : validation, { ...marks, z: 3 }),
      ...(view.rate ? [line('learning rate', palette.muted, history.points('rate', 400, 1), { yAxisIndex: 1, step: 'end', lineStyle: { width: 1.3, color: palette.test }, itemStyle: { color: palette.test } })] : []),
    ],
  };
}
