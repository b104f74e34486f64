// For a model of one number: its predictions over that number, with the rows of the dataset.

import { get, post } from '../api.js';
import { el } from '../dom.js';
import { formatNumber } from '../format.js';
import { makeDataTable } from '../parts/dataTable.js';
import { drawChart } from './chart.js';
import { makeAxis, makeGrid, makeLegend, makeLine, makePoints, nameAbove, nameBelow } from './chartStyle.js';

const steps = 160;

/** Returns mark(x, y), which shows one prediction on the curve. */
export async function drawPredictionCurve(host, run, { target, features: [feature] }, signal) {
  const { name, min, max } = feature;
  const rows = await get(`/runs/${run.id}/predicted-vs-actual`, signal);
  const inputs = chooseInputs(feature, rows);
  const request = { rows: inputs.map(x => ({ [name]: x })) };
  const { predictions } = await post(`/runs/${run.id}/predictions`, request, signal);
  const curve = predictions.map(({ value, interval }, index) => ({ x: inputs[index], value, ...interval }));

  const heading = `${target} by ${name}`;
  const chartBox = el('div.chart');
  host.append(
    el('h2', heading),
    el('p.small.muted', 'The line is the prediction. The band around it, if there is one, is its 90% interval. '
      + 'The shaded area is the range of the training rows.'),
    chartBox,
    makeCurveTable(heading, [name, target], curve));

  let marked = null;
  const chart = await drawChart(chartBox, {
    makeOption: palette => makeOption({ target, feature, rows, curve, marked, palette }),
    describe: () => `Predicted ${target} for ${name} ${describeRange(inputs[0], inputs.at(-1))}. `
      + `The training rows range ${describeRange(min, max)}.`,
    signal,
  });
  return {
    mark(x, y) {
      marked = x === null || !Number.isFinite(x) ? null : [x, y];
      chart?.refresh();
    },
  };
}

const describeRange = (from, to) => `from ${formatNumber(from)} to ${formatNumber(to)}`;

/** Returns inputs from a little below all known rows to a little above them. */
function chooseInputs({ min, max }, { train, validation, test }) {
  const width = max - min || 1;
  const known = [...train, ...validation, ...test].map(({ x }) => x).filter(x => x !== null);
  const from = Math.min(min - .3 * width, ...known.map(x => x - .05 * width));
  const to = Math.max(max + .3 * width, ...known.map(x => x + .05 * width));
  return Array.from({ length: steps + 1 }, (_, index) => from + index / steps * (to - from));
}

const hasIntervals = curve => curve[0].low !== undefined;

function makeCurveTable(caption, columns, curve) {
  if (!hasIntervals(curve)) return makeDataTable(caption, columns, () => curve.map(({ x, value }) => [x, value]));
  return makeDataTable(caption, [...columns, 'low', 'high'],
    () => curve.map(({ x, value, low, high }) => [x, value, low, high]));
}

function makeOption({ target, feature: { name, min, max }, rows, curve, marked, palette }) {
  const listPoints = part => part.filter(({ x }) => x !== null).map(({ x, actual }) => [x, actual]);
  const trainingRange = {
    silent: true, itemStyle: { color: palette.muted, opacity: .09 }, data: [[{ xAxis: min }, { xAxis: max }]],
  };
  const names = ['prediction', 'training', 'validation', ...(rows.test.length ? ['test'] : [])];
  return {
    grid: makeGrid({ top: 56 }),
    legend: makeLegend(palette, { data: names }),
    tooltip: { show: false },
    xAxis: makeAxis(palette, {
      ...nameBelow(name), min: curve[0].x, max: curve.at(-1).x, splitLine: { show: false },
      axisLabel: { showMinLabel: false, showMaxLabel: false },
    }),
    yAxis: makeAxis(palette, { ...nameAbove(target), scale: true }),
    series: [
      hasIntervals(curve) && makeIntervalBand(curve, palette),
      makeLine('prediction', palette.accent, curve.map(({ x, value }) => [x, value]),
        { silent: true, z: 4, lineStyle: { width: 2.4 }, markArea: trainingRange }),
      makePoints('training', palette.train, listPoints(rows.train), .6),
      makePoints('validation', palette.validation, listPoints(rows.validation), .8),
      makePoints('test', palette.test, listPoints(rows.test), .8),
      {
        type: 'scatter', z: 6, symbolSize: 15, data: marked ? [marked] : [],
        itemStyle: { color: palette.accent, borderColor: palette.card, borderWidth: 3 },
      },
    ].filter(Boolean),
  };
}

/** Draws all intervals as one polygon: along their low ends, and back along their high ends. */
function makeIntervalBand(curve, palette) {
  const corners = [...curve.map(({ x, low }) => [x, low]), ...curve.map(({ x, high }) => [x, high]).reverse()];
  return {
    type: 'custom', silent: true, clip: true, data: [[curve[0].x, curve[0].value]],
    renderItem: (_, api) => ({
      type: 'polygon', shape: { points: corners.map(corner => api.coord(corner)) },
      style: { fill: palette.accent, opacity: .13 },
    }),
  };
}
