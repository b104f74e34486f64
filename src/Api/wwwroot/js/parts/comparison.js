// A comparison of runs: results, settings, and whether a difference is more than luck.

import { getRunColours } from '../charts/chartStyle.js';
import { el, svg } from '../dom.js';
import { formatNumber } from '../format.js';
import { formatBestLoss, makeStatus, makeVerdictBadge } from './badges.js';
import { makeScrollBox } from './dataTable.js';
import { makeNotice } from './notices.js';

export function showComparison(host, { runs, parameters, differences, comparable, reason }) {
  host.replaceChildren(
    el('section.card',
      el('h2', 'Results'),
      makeTable('Results', runs, [
        { heading: 'status', cells: runs.map(makeStatus) },
        { heading: 'verdict', cells: runs.map(run => run.verdict ? makeVerdictBadge({ code: run.verdict }) : '–') },
        { heading: 'best validation loss', cells: runs.map(run => formatBestLoss(run)) },
      ])),
    el('section.card',
      el('h2', 'Settings that differ'),
      parameters.length === 0
        ? el('p.muted', 'None. All runs have the same settings.')
        : makeTable('Settings that differ', runs, parameters.map(({ path, values }) =>
          ({ heading: allowLineBreaks(path), cells: values.map(formatSetting) })))),
    el('section.card',
      el('h2', 'Is the difference more than luck?'),
      comparable ? makeDifferences(differences) : makeNotice('warn', el('p', reason))));
}

function makeTable(label, runs, rows) {
  const colours = getRunColours();
  const headings = runs.map((run, index) => {
    const swatch = el('span.swatch', { 'aria-hidden': 'true' });
    swatch.style.color = colours[index];
    return el('th', swatch, el('a', { href: `#/runs/${run.id}` }, `#${run.id} ${run.name}`));
  });
  return makeScrollBox(label, el('table.comparison',
    el('thead', el('tr', el('th'), headings)),
    el('tbody', rows.map(({ heading, cells }) =>
      el('tr', el('th', heading), cells.map(cell => el('td', cell)))))));
}

/** Lets a path such as training.epochs break before its dots. */
const allowLineBreaks = path => path.split('.').map((name, index) => index === 0 ? name : [el('wbr'), `.${name}`]);

function formatSetting(value) {
  if (value === null) return '–';
  if (typeof value === 'number') return formatNumber(value);
  if (Array.isArray(value)) return value.join(', ') || 'none';
  return typeof value === 'object' ? JSON.stringify(value) : `${value}`;
}

function makeDifferences(differences) {
  const ends = differences.flatMap(({ difference, low, high }) => [difference, low, high]).filter(end => end !== null);
  const reach = Math.max(...ends.map(Math.abs), 1e-12) * 1.1;
  return el('div.stack',
    el('p.small.muted', 'The difference in loss from the first run, on the same validation rows, with its 95% interval '
      + '(paired bootstrap). Left of the dashed line, a run is better than the first.'),
    el('div.differences', differences.map(item => makeDifference(item, reach))));
}

function makeDifference(item, reach) {
  const { runId, comparedWith, difference, low, high, sentence } = item;
  const interval = low === null ? '' : ` (${formatNumber(low)} to ${formatNumber(high)})`;
  return el('div',
    el('p', el('b', `#${runId} minus #${comparedWith}: `), formatNumber(difference) + interval),
    drawDifference(item, reach),
    el('p.small', sentence));
}

/** Draws a difference and its interval as in a forest plot, with zero in the middle. */
function drawDifference({ difference, low, high }, reach) {
  const x = value => 100 + value / reach * 96;
  return svg('svg.forest-plot', { viewBox: '0 0 200 26', preserveAspectRatio: 'xMinYMid', 'aria-hidden': 'true' },
    svg('line.zero', { x1: 100, x2: 100, y1: 0, y2: 26 }),
    low !== null && svg('line.range', { x1: x(low), x2: x(high), y1: 13, y2: 13 }),
    svg('circle.value', { cx: x(difference), cy: 13, r: 5 }));
}
