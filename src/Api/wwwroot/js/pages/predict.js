// A form with one input for each feature of a model, and the model's prediction.

import { get, post } from '../api.js';
import { drawPredictionCurve } from '../charts/predictionCurve.js';
import { el, makeId } from '../dom.js';
import { makeColumnInput } from '../forms/columnInput.js';
import { makeLatestSignal, makeTimer } from '../pageLife.js';
import { makeForm } from '../parts/buttons.js';
import { makeErrorBox } from '../parts/notices.js';
import { showPrediction } from '../parts/predictionResult.js';

const levels = [.5, .8, .9, .95, .99], defaultLevel = .9;
const typingDelayMs = 150;

export async function render(page, { id, signal }) {
  const [run, model] = await Promise.all([get(`/runs/${id}`, signal), get(`/runs/${id}/model`, signal)]);
  const isRegression = model.classes === null;
  const hasCurve = isRegression && model.features.length === 1 && model.features[0].kind === 'number';
  const inputs = model.features.map(makeColumnInput);
  const levelSelect = el('select', { id: makeId('level') }, levels.map(level =>
    el('option', { value: level, selected: level === defaultLevel }, `${100 * level}%`)));
  const errorBox = makeErrorBox(signal);
  const result = el('section.card', { 'aria-live': 'polite', 'aria-label': 'Prediction' });
  const curveCard = el('section.card', { 'aria-label': 'Prediction curve' });
  const startRequest = makeLatestSignal(signal);
  const callAfter = makeTimer(signal);
  let curve = null, latestPoint = null;

  async function predict() {
    const latest = startRequest();
    inputs.forEach(input => input.showError(''));
    const row = Object.fromEntries(inputs.map(input => [input.name, input.read()]));
    const request = { rows: [row], ...(isRegression ? { level: Number(levelSelect.value) } : {}) };
    try {
      const answer = await post(`/runs/${id}/predictions`, request, latest);
      errorBox.clear();
      showPrediction(result, model, answer);
      latestPoint = [inputs[0].read(), answer.predictions[0].value];
      curve?.mark(...latestPoint);
    } catch (failure) {
      showFailure(failure);
    }
  }

  function showFailure(failure) {
    const name = failure.errors?.[0]?.field?.replace(/^rows\[0\]\./, '');
    const input = inputs.find(candidate => candidate.name === name);
    if (input) input.showError(failure.message);
    else errorBox.show(failure);
  }

  const input = () => callAfter(predict, typingDelayMs);
  page.append(
    makeHeader(run, model),
    errorBox.element,
    el('div.predict',
      makeForm('form.card', { 'aria-label': 'Row to predict', onSubmit: predict, on: { input, change: input } },
        inputs.map(({ element }) => element),
        isRegression && el('div.field',
          el('label', { for: levelSelect.id }, 'Level of the interval'), levelSelect),
        el('button.primary', 'Predict')),
      el('div.stack', result, hasCurve && curveCard)));

  await predict();
  if (hasCurve) {
    curve = await drawPredictionCurve(curveCard, run, model, signal);
    if (latestPoint) curve.mark(...latestPoint);
  }
}

function makeHeader(run, model) {
  return el('header.page-header',
    el('p.small', el('a', { href: '#/' }, 'Runs'), ' / ', el('a', { href: `#/runs/${run.id}` }, run.name)),
    el('h1', `Predict ${model.target}`),
    el('p.muted', `The weights are those of epoch ${model.weightsFromEpoch}. `
      + 'Outside the ranges of the training rows, a prediction is a guess.'));
}
