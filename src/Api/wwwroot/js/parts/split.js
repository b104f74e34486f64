// Which rows are set aside, asked for in plain words.

import { el, uid } from '../dom.js';
import { count, percent } from '../format.js';
import { field } from '../schema.js';

const kinds = [
  ['random', 'Rows picked at random', 'The usual choice, where rows have nothing to do with each other.'],
  ['stratified', 'At random, the same share of every class', 'For classes, above all when some are rare.'],
  ['last', 'The last rows of the table', 'For tables sorted by time: the network must foretell what it could not have seen.'],
  ['group', 'Whole groups', 'Persons, machines, days: no group is both practised on and asked about.'],
  ['rows', 'Rows that I name', 'By number; the first row is 0.'],
  ['dataset', 'Another dataset', 'A table of its own with the same columns.'],
];

/** @param none the words for setting nothing aside; without them something must be */
export function split(part, schema, { columns, rows, datasets, none, given }) {
  const name = uid(part);
  const member = (key, more) => field(`${part}.${key}`, schema.properties[key], more);
  const fields = {
    fraction: member('fraction', { label: 'How large a share', value: given?.fraction ?? .2 }),
    column: member('column', { label: 'Which column names the group', options: columns.map(column => [column, column]), value: given?.column }),
    rows: field(`${part}.rows`, schema.properties.rows, { label: 'Row numbers', value: given?.rows }),
    dataset: member('dataset', { label: 'Which dataset', options: datasets.map(dataset => [dataset, dataset]), value: given?.dataset }),
    seed: member('seed', { label: 'Seed of the choice', value: given?.seed }),
  };
  fields.fraction.input.step = .05;
  fields.seed.input.placeholder = 0;
  const uses = { random: ['fraction', 'seed'], stratified: ['fraction', 'seed'], last: ['fraction'], group: ['column', 'fraction', 'seed'], rows: ['rows'], dataset: ['dataset'] };
  const picture = el('div', { class: 'split', 'aria-hidden': 'true' }, el('i', { class: 'train' }), el('i', { class: part })), inWords = el('p', { class: 'small muted' });
  const extra = el('div', { class: 'fields' });
  const wrong = el('p', { class: 'wrong', id: uid('wrong') });
  const choices = none ? [['', none, ''], ...kinds] : kinds;
  const radios = el('div', { class: 'choices', role: 'radiogroup', 'aria-label': `How the ${part} rows are chosen`, 'aria-describedby': wrong.id }, choices.map(([kind, text, help]) =>
    el('label', { class: 'choice' }, el('input', { type: 'radio', name, value: kind, checked: (given?.split ?? (none ? '' : undefined)) === kind }), el('span', {}, el('b', { text }), help && el('small', { text: help })))));
  const chosen = () => radios.querySelector(':checked')?.value ?? null;

  function show() {
    const kind = chosen(), shares = ['random', 'stratified', 'last', 'group'].includes(kind);
    extra.replaceChildren(...(uses[kind] ?? []).map(key => fields[key].element));
    const share = Math.min(.95, Math.max(0, Number(fields.fraction.read()) || 0));
    picture.hidden = inWords.hidden = !shares;
    picture.children[0].style.width = percent(1 - share, 1);
    picture.children[1].style.width = percent(share, 1);
    inWords.textContent = kind === 'group' ? `About ${percent(share)} of the groups are set aside.`
      : `About ${count(Math.round(rows * share))} of ${count(rows)} rows are set aside; the network practises on the other ${count(rows - Math.round(rows * share))}.`;
  }
  radios.addEventListener('change', () => { wrong.textContent = ''; show(); });
  fields.fraction.input.addEventListener('input', show);
  show();

  return {
    element: el('div', { class: 'stack' }, radios, wrong, picture, inWords, extra),
    fields: [
      ...Object.values(fields), { path: part, element: radios, input: radios.querySelector('input'), wrong: text => { wrong.textContent = text; } },
      { path: `${part}.split`, element: radios, input: radios.querySelector('input'), wrong: text => { wrong.textContent = text; } },
    ],
    read() {
      const kind = chosen();
      if (!kind) return none ? null : undefined;
      return { split: kind, ...Object.fromEntries(uses[kind].map(key => [key, fields[key].read()]).filter(([, value]) => value !== undefined)) };
    },
  };
}
