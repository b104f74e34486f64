// Predicted against actual values, one point for each row.

import { get } from '../api.js';
import { el } from '../dom.js';
import { formatNumber } from '../format.js';
import { makeDataTable } from '../parts/dataTable.js';
import { drawChart } from './chart.js';
import {
  makeAxis, makeGrid, makeLegend, makeLine, makePoints, makeTooltip, nameAbove, nameBelow,
} from './chartStyle.js';

const heading = 'Predicted against actual';

export async function drawPredictedVsActual(host, run, signal) {
  const { target, train, validation, test } = await get(`/runs/${run.id}/predicted-vs-actual`, signal);
  const parts = [
    { name: 'training', colour: 'train', opacity: .45, rows: train },
    { name: 'validation', colour: 'validation', opacity: .85, rows: validation },
    { name: 'test', colour: 'test', opacity: .85, rows: test },
  ].filter(({ rows }) => rows.length > 0);

  const chartBox = el('div.chart');
  host.append(
    el('h2', heading),
    el('p.small.muted', `Each point is a row. On the dashed line, “${target}” is predicted exactly.`),
    chartBox,
    makeDataTable(heading, ['part', 'row', 'actual', 'predicted'], () => parts.flatMap(({ name, rows }) =>
      rows.map(({ row, actual, predicted }) => [name, row, actual, predicted]))));
  await drawChart(chartBox, {
    makeOption: palette => makeOption(parts, palette),
    describe: () => `${heading} ${target}: ${parts.map(({ name, rows }) => `${rows.length} ${name} rows`).join(', ')}`,
    signal,
  });
}

function makeOption(parts, palette) {
  const values = parts.flatMap(({ rows }) => rows.flatMap(({ actual, predicted }) => [actual, predicted]));
  const lowest = Math.min(...values), highest = Math.max(...values);
  return {
    grid: makeGrid({ top: 56 }),
    legend: makeLegend(palette, { icon: 'circle' }),
    xAxis: makeAxis(palette, { ...nameBelow('actual'), scale: true, axisLabel: { alignMaxLabel: 'right' } }),
    yAxis: makeAxis(palette, { ...nameAbove('predicted'), scale: true }),
    tooltip: makeTooltip(palette, 'item', ({ data: [actual, predicted, row] }) =>
      [`row ${row}`, `actual  ${formatNumber(actual)}`, `predicted  ${formatNumber(predicted)}`]),
    series: [
      makeLine('', palette['strong-line'], [[lowest, lowest], [highest, highest]],
        { silent: true, lineStyle: { type: 'dashed', width: 1.3 } }),
      ...parts.map(({ name, colour, opacity, rows }) => makePoints(name, palette[colour],
        rows.map(({ row, actual, predicted }) => [actual, predicted, row]), opacity)),
    ],
  };
}
