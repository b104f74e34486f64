// The versions of a dataset: the choice of one, and the place to append rows.

import { el, makeId } from '../dom.js';
import { countOf, formatDate } from '../format.js';
import { extensions } from './datasetChoice.js';

/**
 * @param dataset the version that is chosen
 * @param versions all versions, newest first
 * @param onChoose gets the number of a version
 * @param onFile gets a file whose rows are to be appended
 */
export function makeVersions(dataset, versions, { onChoose, onFile }) {
  const [versionId, fileId] = [makeId('version'), makeId('rows')];
  const describe = ({ version, rows, createdAt, runs }) =>
    `${version}: ${countOf(rows, 'row')}, ${formatDate(createdAt)}${runs > 0 ? `, ${countOf(runs, 'run')}` : ''}`;
  const select = el('select', { id: versionId, on: { change: event => onChoose(Number(event.target.value)) } },
    versions.map(item =>
      el('option', { value: item.version, selected: item.version === dataset.version }, describe(item))));
  const input = el('input', { type: 'file', accept: extensions, id: fileId, on: { change } });

  async function change() {
    if (input.files[0]) await onFile(input.files[0]);
    input.value = ''; // so that the same file can be chosen again
  }

  return el('div.fields.wide',
    versions.length > 1 && el('div.field', el('label', { for: versionId }, 'Version'), select),
    el('div.field.needs-write',
      el('label', { for: fileId }, 'Add rows'), input,
      el('p.help', 'A file with the same columns makes a new version. '
        + 'Earlier runs keep the version that they were trained on.')));
}
