// The choice of a dataset, and the place to upload one.

import { el } from '../dom.js';
import { countOf } from '../format.js';

export function makeDatasetChoice(datasets, onChoose) {
  const radios = new Map();
  const element = el('div.choices', { role: 'radiogroup', 'aria-label': 'Dataset' });
  datasets.forEach(add);

  function add({ name, rows, columns }) {
    if (radios.has(name)) return;
    const radio = el('input', { type: 'radio', name: 'dataset', value: name, on: { change: () => onChoose(name) } });
    radios.set(name, radio);
    element.append(el('label.choice', radio, el('span',
      el('b', name),
      el('small', `${countOf(rows, 'row')}, ${countOf(columns.length, 'column')}`))));
  }

  return {
    element,
    add,
    listNames: () => [...radios.keys()],
    select(name) {
      const radio = radios.get(name);
      if (radio) radio.checked = true;
    },
  };
}

/** Extensions of the files that an upload takes. */
export const extensions =
  '.csv,.tsv,.txt,.json,.ndjson,.jsonl,.parquet,.pq,.xlsx,.xlsm,.arrow,.feather,.arrows,.ipc,.gz,.zip';

export function makeDropZone(onFile) {
  const receive = files => files[0] && onFile(files[0]);
  const change = async event => {
    await receive(event.target.files);
    event.target.value = ''; // so that the same file can be chosen again
  };
  const input = el('input', { type: 'file', accept: extensions, id: 'upload', on: { change } });
  const zone = el('div.drop-zone.needs-write',
    el('label.label', { for: 'upload' }, 'Or upload a file'),
    input,
    el('span.help', 'CSV, Excel, Parquet, Arrow or JSON, also as .gz or .zip. Drop it here, or choose it. '
      + 'You see how it is read before it is stored.'));
  const listen = (types, isOver) => types.forEach(type => zone.addEventListener(type, event => {
    event.preventDefault();
    zone.classList.toggle('drag-over', isOver);
  }));
  listen(['dragenter', 'dragover'], true);
  listen(['dragleave', 'drop'], false);
  zone.addEventListener('drop', event => receive(event.dataTransfer.files));
  return zone;
}

/** town houses.csv -> town houses; town houses.csv.gz -> town houses */
export function toDatasetName(fileName) {
  const name = fileName.normalize('NFC').replace(/\.gz$/i, '').replace(/\.[^.]*$/, '')
    .replace(/[^\p{L}\p{M}\p{N} ._()-]+/gu, '-').replace(/^[^\p{L}\p{N}]+/u, '');
  return name.slice(0, 100).trimEnd() || 'table';
}
