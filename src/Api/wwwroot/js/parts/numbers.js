// What a chart shows, as a table: for whoever does not see it, and for whoever wants the numbers.

import { el, put } from '../dom.js';
import { number } from '../format.js';

const most = 60;

/** @param rows gives the rows when the table is opened, as lists of cells; of many, some are shown */
export function numbers(caption, columns, rows) {
  const box = el('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': caption });
  const cell = value => typeof value === 'string' ? el('td', { text: value }) : el('td', { class: 'number', text: number(value) });
  return el('details', { class: 'numbers', on: { toggle: event => {
    if (!event.target.open) return;
    const all = rows(), step = Math.ceil(all.length / most), some = all.filter((_, at) => at % step === 0 || at === all.length - 1);
    const kind = columns.map((_, at) => typeof all[0]?.[at] === 'string' ? '' : 'number');
    put(box, el('table', {}, el('caption', { class: 'small muted', text: step > 1 ? `${caption}, one of every ${step}` : caption }),
      el('thead', {}, el('tr', {}, columns.map((text, at) => el('th', { scope: 'col', class: kind[at], text })))), el('tbody', {}, some.map(row => el('tr', {}, row.map(cell))))));
  } } }, el('summary', { text: 'As a table' }), box);
}
