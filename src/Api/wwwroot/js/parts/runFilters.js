// The filters and the order of the list of runs.

import { listDatasets } from '../api.js';
import { el } from '../dom.js';
import { makeTimer } from '../pageLife.js';
import { verdictOptions } from './badges.js';
import { makeForm } from './buttons.js';

const typingDelayMs = 200;

const statuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled'];
const orders = [
  ['', 'newest first'], ['oldest', 'oldest first'], ['bestValidationLoss', 'best validation loss'],
];

export function readFilters(query) {
  const names = ['name', 'status', 'dataset', 'verdict', 'orderBy'];
  return Object.fromEntries(names.map(name => [name, query.get(name) ?? '']));
}

export const isFiltered = ({ name, status, dataset, verdict }) => [name, status, dataset, verdict].some(Boolean);

/** Changes the filters themselves, then calls onChange. */
export function makeRunFilters(filters, onChange, signal) {
  const change = (name, value) => {
    filters[name] = value;
    onChange();
  };
  const makeSelect = (name, label, options) => el('div.field',
    el('label', { for: `by-${name}` }, label),
    el('select', { id: `by-${name}`, on: { change: event => change(name, event.target.value) } },
      options.map(([value, text]) => el('option', { value, selected: filters[name] === value }, text))));

  const callAfter = makeTimer(signal);
  const input = event => callAfter(() => change('name', event.target.value), typingDelayMs);
  const datasets = makeSelect('dataset', 'Dataset', [['', 'all']]);
  addDatasets(datasets.querySelector('select'), filters.dataset, signal);
  return makeForm('form.filters', { role: 'search', 'aria-label': 'Runs' },
    el('div.field.wide',
      el('label', { for: 'by-name' }, 'Name contains'),
      el('input', { id: 'by-name', type: 'search', value: filters.name, on: { input } })),
    makeSelect('status', 'Status', [['', 'all'], ...statuses.map(status => [status, status])]),
    datasets,
    makeSelect('verdict', 'Verdict', [['', 'all'], ...verdictOptions]),
    makeSelect('orderBy', 'Order', orders));
}

async function addDatasets(select, selected, signal) {
  try {
    const datasets = await listDatasets(signal);
    select.append(...datasets.map(({ name }) => el('option', { value: name, selected: name === selected }, name)));
  } catch {
    // the list of runs reports that the service does not respond
  }
}
