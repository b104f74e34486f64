// The columns of a dataset with their profiles, one of which is chosen as the target.

import { el, svg } from '../dom.js';
import { formatCount, formatNumber } from '../format.js';
import { makeScrollBox } from '../parts/dataTable.js';

export function makeTargetChoice(dataset, target, onChoose) {
  const headings = ['Target', 'Kind', 'Distribution', 'Range'].map(text => el('th', text));
  const countHeadings = ['Distinct', 'Missing'].map(text => el('th.number', text));
  const rows = dataset.columns.map(column => makeRow(column, column.name === target, onChoose));
  return makeScrollBox('Columns', el('table.profile',
    el('caption.visually-hidden', `Columns of ${dataset.name}`),
    el('thead', el('tr', headings, countHeadings)),
    el('tbody', rows)));
}

function makeRow(column, isTarget, onChoose) {
  const { name, kind, distinct, missing } = column;
  const radio = el('input', {
    type: 'radio', name: 'target', value: name, checked: isTarget, on: { change: () => onChoose(name) },
  });
  return el('tr',
    el('td', el('label.checkbox-label', radio, el('b', name))),
    el('td', kind),
    el('td', drawHistogram(column)),
    el('td.small', describeValues(column)),
    el('td.number', formatCount(distinct)),
    el('td.number', missing ? formatCount(missing) : '–'));
}

function describeValues(column) {
  if (column.kind === 'date' && column.min !== null) return `${writeDay(column.min)} to ${writeDay(column.max)}`;
  if (column.kind !== 'number') return listFrequentValues(column, 4);
  if (column.min === null) return 'no value';
  return `${formatNumber(column.min)} to ${formatNumber(column.max)}, mean ${formatNumber(column.mean)}`;
}

const writeDay = seconds => new Date(seconds * 1000).toISOString().slice(0, 10);

function drawHistogram(column) {
  const counts = column.histogram ?? column.frequent?.map(value => value.rows);
  if (!counts?.length) return el('span.muted', '–');
  const width = 200, height = 40, maxBarWidth = 24;
  const highest = Math.max(...counts);
  const step = width / counts.length;
  const bars = counts.map((rows, index) => {
    const barHeight = rows === 0 ? 0 : Math.max(1, rows / highest * height);
    const barWidth = Math.max(.5, Math.min(step - 1, maxBarWidth));
    return svg('rect', { x: index * step + .5, y: height - barHeight, width: barWidth, height: barHeight });
  });
  const viewBox = `0 0 ${width} ${height}`;
  const props = { viewBox, preserveAspectRatio: 'none', role: 'img', 'aria-label': describeHistogram(column) };
  return svg('svg.histogram', props, bars);
}

function describeHistogram(column) {
  if (column.kind === 'date') return `Histogram: ${describeValues(column)}`;
  return column.histogram
    ? `Histogram from ${formatNumber(column.min)} to ${formatNumber(column.max)}`
    : `Most frequent: ${listFrequentValues(column, 5)}`;
}

/** setosa (50), virginica (48) */
function listFrequentValues(column, count) {
  return (column.frequent ?? []).slice(0, count).map(({ value, rows }) => `${value} (${formatCount(rows)})`).join(', ');
}
