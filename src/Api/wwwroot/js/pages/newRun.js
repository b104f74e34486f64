// A new run in four steps: the dataset, the target, the validation rows, the settings.

import { get, listDatasets, makeQuery, post, uploadCsv } from '../api.js';
import { announce, el } from '../dom.js';
import { countOf, formatCount } from '../format.js';
import { makeDatasetChoice, makeDropZone, toDatasetName } from '../forms/datasetChoice.js';
import { makeRunForm, makeStep } from '../forms/runForm.js';
import { loadSchema } from '../forms/schema.js';
import { makeTargetChoice } from '../forms/targetChoice.js';
import { goTo, makeLatestSignal, replaceAddress } from '../pageLife.js';
import { makeForm, runAction } from '../parts/buttons.js';
import { makeErrorBox, makeList, makeNotice } from '../parts/notices.js';
import { requestFrom } from '../run.js';

export async function render(page, { query, signal }) {
  const [datasets, schema] = await Promise.all([listDatasets(signal), loadSchema('RunRequest')]);
  const from = query.has('from') ? requestFrom(await get(`/runs/${query.get('from')}`, signal)) : null;
  const choice = makeDatasetChoice(datasets, chooseDataset);
  const errorBox = makeErrorBox(signal);
  const laterSteps = el('div.stack');
  const startRequest = makeLatestSignal(signal);

  page.append(
    el('h1', from ? `New run, cloned from “${from.name}”` : 'New run'),
    makeStep(1, 'Choose a dataset', choice.element, makeDropZone(receiveFile), errorBox.element),
    laterSteps);
  const name = from?.dataset ?? query.get('dataset');
  if (name) {
    choice.select(name);
    await showLaterSteps(name, from);
  }

  function chooseDataset(name) {
    replaceAddress(`/new?${makeQuery({ dataset: name })}`, signal);
    return showLaterSteps(name, null);
  }

  function showLaterSteps(name, from) {
    const latest = startRequest();
    return errorBox.attempt(async () => {
      const dataset = await get(`/datasets/${encodeURIComponent(name)}`, latest);
      laterSteps.replaceChildren(makeLaterSteps(dataset, { schema, datasets: choice.listNames(), from, signal }));
    });
  }

  function receiveFile(file) {
    const latest = startRequest();
    return errorBox.attempt(async () => {
      const dataset = await uploadCsv(toDatasetName(file.name), file);
      announce(`${dataset.name} is uploaded: ${countOf(dataset.rows, 'row')}.`);
      choice.add(dataset);
      if (latest.aborted) return; // the reader has chosen another dataset meanwhile, or left the page
      choice.select(dataset.name);
      await chooseDataset(dataset.name);
    });
  }
}

function makeLaterSteps(dataset, context) {
  const settings = el('div.stack');
  const target = context.from?.target;
  if (target) settings.append(makeSettingsForm(dataset, target, context));
  return el('div.stack',
    makeStep(2, 'Choose the column to predict',
      el('p.small.muted', `${dataset.name}: ${countOf(dataset.rows, 'row')}, ${formatCount(dataset.bytes)} bytes. `
        + 'The network predicts the target from the other columns.'),
      dataset.warnings.length > 0 && makeNotice('warn', makeList(dataset.warnings.map(({ message }) => message))),
      makeTargetChoice(dataset, target, chosen =>
        settings.replaceChildren(makeSettingsForm(dataset, chosen, { ...context, from: null })))),
    settings);
}

function makeSettingsForm(dataset, target, { schema, datasets, from, signal }) {
  const form = makeRunForm({ dataset, target, schema, datasets, from });
  const errorBox = makeErrorBox(signal);
  const button = el('button.primary', 'Train');

  async function startRun() {
    if (!form.check()) return;
    try {
      const run = await post('/runs', form.read(), signal);
      announce(`Run ${run.id} is accepted.`);
      goTo(`/runs/${run.id}`, signal);
    } catch (failure) {
      const errors = failure.errors ?? [];
      const otherErrors = form.showErrors(errors);
      if (errors.length === 0) throw failure;
      if (otherErrors.length > 0) errorBox.show({ message: otherErrors[0].message, errors: otherErrors });
    }
  }

  const onSubmit = () => runAction(button, startRun, errorBox);
  return makeForm('form.stack', { 'aria-label': 'Settings', onSubmit },
    form.sections,
    errorBox.element,
    el('div.toolbar',
      button,
      el('span.muted.small', 'You can watch both curves as they grow, and cancel at any time.')));
}
