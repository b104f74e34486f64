// A new run in four steps: the dataset, the target, the validation rows, the settings.

import { appendFile, get, listDatasets, makeQuery, post, uploadFile } from '../api.js';
import { announce, el } from '../dom.js';
import { countOf, formatCount } from '../format.js';
import { makeDatasetChoice, makeDropZone, toDatasetName } from '../forms/datasetChoice.js';
import { makeVersions } from '../forms/datasetVersions.js';
import { makeFilePreview } from '../forms/filePreview.js';
import { makeRunForm, makeStep } from '../forms/runForm.js';
import { loadSchema } from '../forms/schema.js';
import { makeTargetChoice } from '../forms/targetChoice.js';
import { goTo, makeLatestSignal, replaceAddress } from '../pageLife.js';
import { makeForm, runAction } from '../parts/buttons.js';
import { makeErrorBox, makeList, makeNotice, makeReaderNotice } from '../parts/notices.js';
import { requestFrom } from '../run.js';

export async function render(page, { query, signal }) {
  const [datasets, schema] = await Promise.all([listDatasets(signal), loadSchema('RunRequest')]);
  const from = query.has('from') ? requestFrom(await get(`/runs/${query.get('from')}`, signal)) : null;
  const choice = makeDatasetChoice(datasets, chooseDataset);
  const errorBox = makeErrorBox(signal);
  const previewBox = el('div');
  const laterSteps = el('div.stack');
  const startRequest = makeLatestSignal(signal);

  page.append(
    el('h1', from ? `New run, cloned from “${from.name}”` : 'New run'),
    makeReaderNotice('To upload a table or to train'),
    makeStep(1, 'Choose a dataset', choice.element, makeDropZone(showPreview), previewBox, errorBox.element),
    laterSteps);
  const name = from?.dataset ?? query.get('dataset');
  if (name) {
    choice.select(name);
    await showLaterSteps(name, from?.datasetVersion ?? query.get('version'), from);
  }

  /** @param version null for the newest */
  function chooseDataset(name, version = null) {
    previewBox.replaceChildren();
    replaceAddress(`/new?${makeQuery({ dataset: name, version })}`, signal);
    return showLaterSteps(name, version, null);
  }

  function showLaterSteps(name, version, from) {
    const latest = startRequest();
    return errorBox.attempt(async () => {
      const path = `/datasets/${encodeURIComponent(name)}`;
      const [dataset, versions] = await Promise.all(
        [get(version ? `${path}?version=${version}` : path, latest), get(`${path}/versions`, latest)]);
      const versionChoice = makeVersions(dataset, versions.items, {
        onChoose: number => chooseDataset(name, number), onFile: file => appendRows(name, file),
      });
      laterSteps.replaceChildren(
        makeLaterSteps(dataset, { schema, datasets: choice.listNames(), versionChoice, from, signal }));
    });
  }

  function appendRows(name, file) {
    const latest = startRequest();
    return errorBox.attempt(async () => {
      const { version, rows } = await appendFile(name, file);
      announce(`${name} has ${countOf(rows, 'row')} now, in version ${version}.`);
      if (!latest.aborted) await chooseDataset(name);
    });
  }

  /** Shows how a file was understood. It is stored when the user says so. */
  function showPreview(file) {
    errorBox.clear();
    const upload = new AbortController();
    const preview = makeFilePreview(file, {
      store: (reading, onProgress) => storeFile(file, reading, onProgress, upload.signal), cancel, signal,
    });
    previewBox.replaceChildren(preview.element);
    return preview.refresh();

    function cancel() {
      upload.abort();
      previewBox.replaceChildren();
    }
  }

  async function storeFile(file, reading, onProgress, uploadSignal) {
    const latest = startRequest();
    const dataset = await uploadFile(toDatasetName(file.name), file, reading, onProgress, uploadSignal);
    announce(`${dataset.name} is uploaded: ${countOf(dataset.rows, 'row')}.`);
    choice.add(dataset);
    if (latest.aborted) return; // the user has chosen another dataset, or left the page
    choice.select(dataset.name);
    await chooseDataset(dataset.name);
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
      context.versionChoice,
      dataset.warnings.length > 0 && makeNotice('warn', makeList(dataset.warnings.map(({ message }) => message))),
      makeTargetChoice(dataset, target, chosen =>
        settings.replaceChildren(makeSettingsForm(dataset, chosen, { ...context, from: null })))),
    settings);
}

function makeSettingsForm(dataset, target, { schema, datasets, from, signal }) {
  const form = makeRunForm({ dataset, target, schema, datasets, from });
  const errorBox = makeErrorBox(signal);
  const button = el('button.primary.needs-write', 'Train');

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
      el('span.muted.small.needs-write', 'You can watch both curves as they grow, and cancel at any time.')));
}
