// A dataset's columns, one of which becomes the target.

import { el } from '../dom.js';
import { count, number } from '../format.js';
import { histogram } from './histogram.js';

export function profile(dataset, target, choose) {
  const rows = dataset.columns.map(column => el('tr', {},
    el('td', {}, el('label', { class: 'check' }, el('input', { type: 'radio', name: 'target', value: column.name, checked: column.name === target, on: { change: () => choose(column.name) } }), el('b', { text: column.name }))),
    el('td', { text: column.kind }), el('td', {}, histogram(column)), el('td', { class: 'small', text: range(column) }),
    el('td', { class: 'number', text: count(column.distinct) }), el('td', { class: 'number', text: column.missing ? count(column.missing) : '–' })));
  return el('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Columns' }, el('table', { class: 'profile' }, el('caption', { class: 'unseen', text: `Columns of ${dataset.name}` }),
    el('thead', {}, el('tr', {}, ['Predict', 'Kind', 'Spread', 'Range'].map(text => el('th', { scope: 'col', text })), ['Distinct', 'Missing'].map(text => el('th', { scope: 'col', class: 'number', text })))), el('tbody', {}, rows)));
}

const range = column => column.kind === 'number'
  ? column.min === null ? 'no value' : `${number(column.min)} to ${number(column.max)}, mean ${number(column.mean)}`
  : (column.frequent ?? []).slice(0, 4).map(value => `${value.value} (${count(value.rows)})`).join(', ');
