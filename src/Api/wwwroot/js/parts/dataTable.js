// The numbers of a chart as a table, for readers who cannot see the chart or want the numbers.

import { el, setChildren } from '../dom.js';
import { formatNumber } from '../format.js';

const maxRows = 60;

/** Builds the table when the reader opens it. A long table shows one row in every few, and the last. */
export function makeDataTable(caption, columns, listRows) {
  const box = makeScrollBox(caption);
  const showRows = event => {
    if (event.target.open) setChildren(box, makeTable(caption, columns, listRows()));
  };
  return el('details.data-table', { on: { toggle: showRows } }, el('summary', 'Show as a table'), box);
}

function makeTable(caption, columns, rows) {
  const step = Math.ceil(rows.length / maxRows);
  const shownRows = rows.filter((_, index) => index % step === 0 || index === rows.length - 1);
  const classes = columns.map((_, column) => typeof rows[0]?.[column] === 'string' ? '' : 'number');
  return el('table',
    el('caption.small.muted', step > 1 ? `${caption}, one of every ${step}` : caption),
    el('thead', el('tr',
      columns.map((text, column) => el('th', { class: classes[column] }, text)))),
    el('tbody', shownRows.map(row => el('tr', row.map(makeCell)))));
}

function makeCell(value) {
  return typeof value === 'string' ? el('td', value) : el('td.number', formatNumber(value));
}

/** Creates a box that scrolls sideways where a table is too wide. The keyboard can scroll it too. */
export function makeScrollBox(label, table) {
  return el('div.scroll', { tabindex: 0, role: 'group', 'aria-label': label }, table);
}
