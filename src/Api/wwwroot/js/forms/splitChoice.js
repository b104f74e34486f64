// The choice of the rows that are set aside for validation or as a test.

import { el, makeId } from '../dom.js';
import { formatCount, formatPercent } from '../format.js';
import { makeField, makeFieldError } from './field.js';

/** Each kind of split, with the fields that it needs. */
const kinds = [
  ['random', ['fraction', 'seed'], 'Random rows', 'The usual choice, if rows do not depend on each other.'],
  ['stratified', ['fraction', 'seed'], 'Random rows, equal shares of each class', 'For classes, above all rare ones.'],
  ['last', ['fraction'], 'The last rows', 'For tables in order of time: the network must predict what comes later.'],
  ['group', ['column', 'fraction', 'seed'], 'Whole groups', 'People, machines or days: no group is in both parts.'],
  ['rows', ['rows'], 'Rows by number', 'The first row is 0.'],
  ['dataset', ['dataset'], 'Another dataset', 'A table with the same columns.'],
].map(([kind, fields, text, help]) => ({ kind, fields, text, help }));

/**
 * @param part validation or test
 * @param noneText the text of the choice to set no rows aside, if that is allowed
 */
export function makeSplitChoice(part, schema, { columns, rowCount, datasets, noneText, value }) {
  const fields = makeFields(part, schema, { columns, datasets, value });
  const error = makeFieldError();
  const options = noneText ? [{ kind: '', text: noneText }, ...kinds] : kinds;
  const selectedKind = value?.split ?? (noneText ? '' : undefined);
  const radios = makeRadios(part, options, selectedKind, error);
  const extraFields = el('div.fields');
  const preview = makePreview(part, rowCount);

  const readKind = () => radios.querySelector(':checked')?.value ?? null;
  const findFields = kind => kinds.find(option => option.kind === kind)?.fields ?? [];
  const showError = text => error.show(text);

  function update() {
    const kind = readKind(), names = findFields(kind);
    extraFields.replaceChildren(...names.map(name => fields[name].element));
    preview.show(names.includes('fraction') ? Number(fields.fraction.read()) || 0 : null, kind === 'group');
  }

  radios.addEventListener('change', () => {
    showError('');
    update();
  });
  fields.fraction.input.addEventListener('input', update);
  update();

  const input = radios.querySelector('input');
  return {
    element: el('div.stack', radios, error.element, preview.elements, extraFields),
    fields: [
      ...Object.values(fields),
      ...[part, `${part}.split`].map(path => ({ path, element: radios, input, showError })),
    ],
    /** Returns the split, null for no rows, or undefined if nothing is chosen. */
    read() {
      const kind = readKind();
      if (!kind) return noneText ? null : undefined;
      const values = findFields(kind).map(name => [name, fields[name].read()]);
      const split = { split: kind, ...Object.fromEntries(values.filter(([, member]) => member !== undefined)) };
      const isSameDataset = kind === 'dataset' && split.dataset === value?.dataset;
      return isSameDataset ? { ...split, datasetVersion: value.datasetVersion } : split;
    },
  };
}

function makeFields(part, schema, { columns, datasets, value }) {
  const make = (name, options) =>
    makeField(`${part}.${name}`, schema.properties[name], { value: value?.[name], ...options });
  const listOptions = names => names.map(name => [name, name]);
  const fields = {
    fraction: make('fraction', { label: 'Share of the rows', value: value?.fraction ?? .2 }),
    column: make('column', { label: 'Column that names the group', options: listOptions(columns) }),
    rows: make('rows', { label: 'Row numbers' }),
    dataset: make('dataset', { label: 'Dataset to use', options: listOptions(datasets) }),
    seed: make('seed', { label: 'Seed of the split' }),
  };
  fields.fraction.input.step = .05;
  fields.seed.input.placeholder = 0;
  return fields;
}

function makeRadios(part, options, selectedKind, error) {
  const name = makeId(part);
  const makeRadio = ({ kind, text, help }) => el('label.choice',
    el('input', { type: 'radio', name, value: kind, checked: kind === selectedKind }),
    el('span', el('b', text), help && el('small', help)));
  const label = `How the ${part} rows are chosen`;
  return el('div.choices', { role: 'radiogroup', 'aria-label': label, 'aria-describedby': error.id },
    options.map(makeRadio));
}

function makePreview(part, rowCount) {
  const trainBar = el('i.train'), partBar = el('i', { class: part });
  const bar = el('div.split-bar', { 'aria-hidden': 'true' }, trainBar, partBar);
  const words = el('p.small.muted');
  return {
    elements: [bar, words],
    show(fraction, isOfGroups) {
      bar.hidden = words.hidden = fraction === null;
      const share = Math.min(.95, Math.max(0, fraction));
      const setAside = Math.round(rowCount * share);
      trainBar.style.width = formatPercent(1 - share, 1);
      partBar.style.width = formatPercent(share, 1);
      words.textContent = isOfGroups
        ? `About ${formatPercent(share)} of the groups are set aside.`
        : `About ${formatCount(setAside)} of ${formatCount(rowCount)} rows are set aside. `
          + `The network trains on the other ${formatCount(rowCount - setAside)}.`;
    },
  };
}
