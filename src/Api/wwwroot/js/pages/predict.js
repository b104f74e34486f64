// A form made of the model's own columns, and what the model says.

import { get, post } from '../api.js';
import { el, uid } from '../dom.js';
import { number } from '../format.js';
import { answer } from '../parts/answer.js';
import { fitted } from '../parts/fitted.js';
import { trouble } from '../parts/notice.js';

export async function render(page, { id, signal }) {
  const [run, model] = await Promise.all([get(`/runs/${id}`, { signal }), get(`/runs/${id}/model`, { signal })]);
  const inputs = model.features.map(columnInput), wrong = el('div'), said = el('section', { class: 'card', 'aria-live': 'polite', 'aria-label': 'Prediction' });
  const classes = model.classes !== null;
  const level = el('select', { id: uid('level'), on: { change: () => predict() } }, [.5, .8, .9, .95, .99].map(value => el('option', { value, text: `${100 * value}%`, selected: value === .9 })));
  let asked = 0, timer, curve = null, latest = null;

  async function predict() {
    const mine = ++asked;
    inputs.forEach(input => input.wrong(''));
    try {
      const found = await post(`/runs/${id}/predictions`, { rows: [Object.fromEntries(inputs.map(input => [input.name, input.read()]))], ...(classes ? {} : { level: Number(level.value) }) }, { signal });
      if (mine !== asked) return;
      wrong.replaceChildren();
      answer(said, run, model, found);
      latest = [inputs[0].read(), found.predictions[0].value];
      curve?.show(...latest);
    } catch (failure) {
      if (signal.aborted || mine !== asked) return;
      const field = (failure.errors ?? [])[0]?.field?.replace(/^rows\[0\]\./, '');
      const input = inputs.find(one => one.name === field);
      if (input) input.wrong(failure.message); else wrong.replaceChildren(trouble(failure));
    }
  }
  const soon = () => { clearTimeout(timer); timer = setTimeout(predict, 150); };

  const picture = el('section', { class: 'card', 'aria-label': 'Fitted curve' });
  const single = !classes && model.features.length === 1 && model.features[0].kind === 'number';
  page.append(el('header', { class: 'headline' }, el('p', { class: 'small' }, el('a', { href: '#/', text: 'Runs' }), ' / ', el('a', { href: `#/runs/${id}`, text: run.name })),
    el('h1', { text: `Predict ${model.target}` }), el('p', { class: 'muted', text: `With the weights of epoch ${model.weightsFromEpoch}. Ranges are what the network practised on; beyond them it only guesses.` })), wrong,
  el('div', { class: 'predict' }, el('form', { class: 'card', 'aria-label': 'Row to predict', novalidate: true, on: { submit: event => { event.preventDefault(); predict(); }, input: soon, change: soon } },
    inputs.map(input => input.element), classes ? null : el('div', { class: 'field' }, el('label', { for: level.id, text: 'The interval holds the true value in' }), level), el('button', { class: 'main', text: 'Predict' })),
  el('div', { class: 'stack' }, said, single && picture)));
  await predict();
  if (single) {
    curve = await fitted(picture, run, model, signal);
    if (latest) curve.show(...latest);
  }
}

function columnInput({ name, kind, min, max, median, levels }) {
  const id = uid('column'), wrong = el('p', { class: 'wrong', id: `${id}-wrong` }), described = `${id}-help ${id}-wrong`;
  const missing = el('option', { value: '', text: 'not known' });
  const control = kind === 'number' ? el('input', { id, type: 'number', step: 'any', value: Number(median.toPrecision(4)), 'aria-describedby': described })
    : kind === 'boolean' ? el('select', { id, 'aria-describedby': described }, ['true', 'false'].map(value => el('option', { value, text: value })), missing)
    : el('input', { id, type: 'text', list: `${id}-levels`, value: levels[0] ?? '', 'aria-describedby': described, autocomplete: 'off' });
  const choices = kind !== 'category' ? null : levels.length <= 50
    ? el('select', { id, 'aria-describedby': described }, levels.map((value, at) => el('option', { value: at, text: value })), missing)
    : control;
  const shown = choices ?? control;
  const slider = kind === 'number' && max > min ? el('input', { type: 'range', min, max, step: 'any', value: median, 'aria-label': `${name}, by sliding`, on: { input: event => { control.value = Number(Number(event.target.value).toPrecision(4)); } } }) : null;
  if (slider) control.addEventListener('input', () => { slider.value = control.value; });
  return {
    name,
    element: el('div', { class: 'field' }, el('label', { for: id, text: name }), shown, slider, shown === control && kind === 'category' && el('datalist', { id: `${id}-levels` }, levels.map(value => el('option', { value }))),
      el('p', { class: 'help', id: `${id}-help`, text: kind === 'number' ? `${number(min)} to ${number(max)} in training; empty where it is not known` : kind === 'category' ? `${levels.length} known values` : '' }), wrong),
    read() {
      if (kind === 'number') return control.value.trim() === '' && !control.validity.badInput ? null : Number.isFinite(control.valueAsNumber) ? control.valueAsNumber : control.value;
      if (kind === 'boolean') return control.value === '' ? null : control.value === 'true';
      return shown.value === '' ? null : shown.tagName === 'SELECT' ? levels[Number(shown.value)] : shown.value;
    },
    wrong(text) { wrong.textContent = text; if (text) shown.setAttribute('aria-invalid', 'true'); else shown.removeAttribute('aria-invalid'); },
  };
}
