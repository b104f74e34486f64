// The loss curves of several runs in one chart.

import { el } from '../dom.js';
import { formatNumber } from '../format.js';
import { makeToggle } from '../parts/buttons.js';
import { makeDataTable } from '../parts/dataTable.js';
import { drawChart } from './chart.js';
import {
  getRunColours, makeAxis, makeEpochAxis, makeEpochTooltip, makeGrid, makeLine, nameAbove, nameBelow,
} from './chartStyle.js';

/** Returns show(comparison), for newer curves. */
export async function drawComparisonChart(host, comparison, signal) {
  const view = { useLogScale: false, showTrainLoss: true };
  const chartBox = el('div.chart.high');
  let chart = null;
  const refresh = () => chart?.refresh();

  host.append(
    el('div.toolbar',
      makeToggle('Use log scale', view, 'useLogScale', refresh),
      makeToggle('Show training loss', view, 'showTrainLoss', refresh)),
    chartBox,
    el('p.small.muted', 'Solid lines show validation loss, dashed lines training loss.'),
    makeDataTable('Validation loss by epoch', ['epoch', ...comparison.runs.map(nameRun)],
      () => listLosses(comparison.curves)));
  chart = await drawChart(chartBox, {
    makeOption: palette => makeOption(comparison, view, palette),
    describe: () => `Loss curves of ${comparison.runs.map(describeRun).join('; ')}`,
    signal,
  });
  return {
    show(newer) {
      comparison = newer;
      refresh();
    },
  };
}

const nameRun = run => `#${run.id} ${run.name}`;

function listLosses({ epochs, runs }) {
  return epochs.map((epoch, index) => [epoch, ...runs.map(curve => curve.validationLoss[index])]);
}

function describeRun({ name, bestEpoch, bestValidationLoss: loss }) {
  return `${name}, best validation loss ${loss === null ? 'unknown' : `${formatNumber(loss)} in epoch ${bestEpoch}`}`;
}

function makeOption({ runs, curves }, { useLogScale, showTrainLoss }, palette) {
  const colours = getRunColours();
  const units = new Set(runs.map(({ loss }) => `${loss.name}, ${loss.unit}`));
  const makeCurve = (name, index, losses, lineStyle) => makeLine(name, colours[index],
    listPoints(curves.epochs, losses, useLogScale), { connectNulls: true, lineStyle });
  return {
    grid: makeGrid({ top: 30 }),
    tooltip: makeEpochTooltip(palette),
    xAxis: makeEpochAxis(palette, Math.max(1, curves.epochs.at(-1) ?? 1), nameBelow('epoch')),
    yAxis: makeAxis(palette, { ...nameAbove([...units].join(' / ')), type: useLogScale ? 'log' : 'value' }),
    series: runs.flatMap((run, index) => [
      makeCurve(nameRun(run), index, curves.runs[index].validationLoss, { width: 2 }),
      showTrainLoss
        && makeCurve('', index, curves.runs[index].trainLoss, { type: 'dashed', width: 1.1, opacity: .75 }),
    ].filter(Boolean)),
  };
}

/** Returns points [epoch, loss]. A logarithmic scale has no place for a loss of zero. */
function listPoints(epochs, losses, useLogScale) {
  return epochs.map((epoch, index) => [epoch, losses[index]])
    .filter(([, loss]) => loss !== null && (!useLogScale || loss > 0));
}
