// The loss curves of one run with their tools, kept up to date while the run trains.

import { get, watchRun } from '../api.js';
import { el, setChildren } from '../dom.js';
import { formatNumber } from '../format.js';
import { makeActionButton, makeToggle } from '../parts/buttons.js';
import { makeDataTable } from '../parts/dataTable.js';
import { makeErrorBox, makeErrorNotice } from '../parts/notices.js';
import { drawChart } from './chart.js';
import { EpochHistory } from './epochHistory.js';
import { makeLossOption } from './lossOption.js';

/** Between two drawings, the page has time to respond to the reader. */
const drawIntervalMs = 300;

/**
 * Changes the run itself as news of it arrives.
 * @param isCompact leaves the tools out and makes the chart lower
 */
export function drawLossCurves(host, run, { signal, onProgress, onEnd, onConnection = () => {}, isCompact = false }) {
  const history = new EpochHistory();
  const view = { useLogScale: false, showLearningRate: false, smoothCurves: false, isCompact };
  const chartBox = el('div', { class: isCompact ? 'chart low' : 'chart', 'data-epochs': 0 });
  const legend = el('div.toolbar');
  let chart = null, lastDrawn = 0, timer = null;

  function refreshSoon() {
    if (!chart || timer) return;
    const delay = Math.max(0, drawIntervalMs - (performance.now() - lastDrawn));
    timer = setTimeout(() => requestAnimationFrame(refresh), delay);
  }

  function refresh() {
    timer = null;
    lastDrawn = performance.now();
    chart.refresh();
    showLegend(legend, run);
    chartBox.dataset.epochs = history.epochs.length;
  }

  async function draw() {
    const past = await get(`/runs/${run.id}/history?maxPoints=5000`, signal);
    history.append(past.epochs);
    if (!run.finishedAt) follow();
    chart = await drawChart(chartBox, {
      makeOption: palette => makeLossOption(run, history, view, palette),
      describe: () => describeCurves(run, history),
      signal,
    });
    chartBox.dataset.epochs = history.epochs.length;
    refreshSoon();
    return chart;
  }

  function follow() {
    watchRun(run.id, history.last, {
      onEpochs: ({ epochs, ...news }) => {
        history.append(epochs);
        Object.assign(run, news);
        onProgress();
        refreshSoon();
      },
      onEnd: ended => {
        Object.assign(run, ended);
        onEnd();
        refreshSoon();
      },
      onConnection,
    }, signal);
  }

  const drawing = draw().catch(failure => {
    if (!signal.aborted) chartBox.replaceWith(makeErrorNotice(failure));
  });
  setChildren(host,
    !isCompact && makeTools(run, { view, refresh: refreshSoon, drawing, signal }),
    chartBox,
    legend,
    !isCompact && makeEpochTable(history));
  showLegend(legend, run);
}

/** @param drawing a promise of the chart */
function makeTools(run, { view, refresh, drawing, signal }) {
  const errorBox = makeErrorBox(signal);
  const saveHistory = async () => {
    const csv = await get(`/runs/${run.id}/history`, signal, 'text/csv');
    saveFile(`run-${run.id}.csv`, csv, 'text/csv');
  };
  const saveChart = (format, type) => async () => {
    const chart = await drawing; // a click before the chart is drawn waits for it
    if (chart) saveFile(`run-${run.id}.${format}`, chart[format](), type);
  };

  return [
    el('div.toolbar.spread',
      el('div.toolbar', { role: 'group', 'aria-label': 'View' },
        makeToggle('Use log scale', view, 'useLogScale', refresh),
        makeToggle('Show learning rate', view, 'showLearningRate', refresh),
        makeToggle('Smooth curves', view, 'smoothCurves', refresh)),
      el('div.toolbar', { role: 'group', 'aria-label': 'Download' },
        el('span.small.muted', 'Download'),
        [
          ['CSV', saveHistory], ['SVG', saveChart('svg', 'image/svg+xml')], ['PNG', saveChart('png', 'image/png')],
        ].map(([format, save]) =>
          makeActionButton(format, save, errorBox, { class: 'quiet', 'aria-label': `Download as ${format}` })))),
    errorBox.element,
  ];
}

function makeEpochTable(history) {
  const columns = ['epoch', 'training loss', 'validation loss', 'learning rate'];
  return makeDataTable('Losses by epoch', columns, () => history.epochs.map(
    ({ epoch, trainLoss, validationLoss, learningRate }) => [epoch, trainLoss, validationLoss, learningRate]));
}

function describeCurves({ bestEpoch, bestValidationLoss }, { epochs, last }) {
  if (epochs.length < 2) return 'Loss curves without an epoch so far.';
  const describeEnds = name =>
    `starts at ${formatNumber(epochs[0][name])} and ends at ${formatNumber(epochs.at(-1)[name])}`;
  const best = bestEpoch ? ` The best is ${formatNumber(bestValidationLoss)} in epoch ${bestEpoch}.` : '';
  return `Loss curves over ${last} epochs. Training loss ${describeEnds('trainLoss')}. `
    + `Validation loss ${describeEnds('validationLoss')}.${best}`;
}

function showLegend(host, run) {
  const entries = [
    ['train', 'training'],
    ['validation', 'validation'],
    run.bestEpoch && ['best', 'best epoch'],
    run.baselineLoss !== null && ['baseline', 'baseline'],
    run.bestEpoch && run.spec.earlyStopping && ['patience', 'patience'],
  ].filter(Boolean);
  if (host.children.length === entries.length + 1) return;
  setChildren(host,
    el('span.small.muted', `loss: ${run.loss.name}, in ${run.loss.unit}`),
    entries.map(([kind, text]) => el('span', { class: `legend-entry ${kind}` }, el('i'), text)));
}

/** @param content the file's text, or a data: address */
function saveFile(name, content, type) {
  const isDataAddress = content.startsWith('data:');
  const url = isDataAddress ? content : URL.createObjectURL(new Blob([content], { type }));
  el('a', { href: url, download: name }).click();
  if (!isDataAddress) setTimeout(() => URL.revokeObjectURL(url), 60_000); // a busy browser reads it late
}
