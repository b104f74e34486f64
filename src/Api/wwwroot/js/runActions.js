// The actions on a run that both the list and the run's own page offer.

import { post, remove } from './api.js';
import { announce, el, makeId } from './dom.js';
import { goTo } from './pageLife.js';
import { askInDialog } from './parts/dialog.js';

export async function cancelRun(run) {
  await post(`/runs/${run.id}/cancel`);
  announce(`Run ${run.id} stops and keeps its best weights.`);
}

export async function continueRun(run, signal) {
  const field = epochsField(run.spec.training, run.progress.epoch);
  const answer = await askInDialog(`Continue “${run.name}”`, field, { confirm: 'Continue', signal });
  if (!answer) return;
  const next = await post(`/runs/${run.id}/continue`, { additionalEpochs: Number(answer.epochs) });
  goTo(`/runs/${next.id}`, signal);
}

function epochsField({ schedule, epochs }, trained) {
  const id = makeId('epochs');
  return el('div.field',
    el('label', { for: id }, 'Epochs to add'),
    el('input', { id, name: 'epochs', type: 'number', min: 1, max: 1_000_000, required: true,
      value: schedule === 'constant' ? 50 : epochs - trained }),
    el('p.help', 'A new run continues from the end of this one, as if training had never stopped.'));
}

export async function deleteRun(run, signal) {
  const warning = el('p', 'Its history and its model are deleted too. Runs that continue it are kept.');
  const heading = `Delete “${run.name}”?`;
  const answer = await askInDialog(heading, warning, { confirm: 'Delete', isDangerous: true, signal });
  if (!answer) return false;
  await remove(`/runs/${run.id}`);
  announce(`Run ${run.id} is deleted.`);
  return true;
}
