// The input for one feature of a row to predict.

import { el, makeId } from '../dom.js';
import { formatNumber, roundToWidth } from '../format.js';
import { makeFieldError } from './field.js';

/** A category with more levels is typed, with suggestions, instead of chosen from a list. */
const maxOptions = 50;

export function makeColumnInput(feature) {
  const { name, kind } = feature;
  const id = makeId('column'), helpId = `${id}-help`;
  const error = makeFieldError();
  const make = kind === 'number' ? makeNumberInput
    : kind === 'boolean' ? makeBooleanInput
    : kind === 'date' ? makeDateInput
    : feature.levels.length <= maxOptions ? makeLevelSelect
    : makeLevelInput;
  const { control, companion, help = '', read } = make(feature, { id, 'aria-describedby': `${helpId} ${error.id}` });
  return {
    name,
    element: el('div.field',
      el('label', { for: id }, name), control, companion, el('p.help', { id: helpId }, help), error.element),
    read,
    showError: text => error.show(text, control),
  };
}

/** A number can be typed, or set with a slider over the range of the training rows. */
function makeNumberInput({ name, min, max, median }, props) {
  const width = max - min;
  const round = number => roundToWidth(number, width);
  const isNarrow = width < 1e-3 * Math.max(Math.abs(min), Math.abs(max)); // four digits would not tell min from max
  const show = isNarrow ? round : formatNumber;
  const control = el('input', { ...props, type: 'number', step: 'any', value: round(median) });
  const slider = max > min ? el('input', {
    type: 'range', min, max, step: 'any', value: median, 'aria-label': `Slider for ${name}`,
    on: { input: event => { control.value = round(Number(event.target.value)); } },
  }) : null;
  if (slider) control.addEventListener('input', () => { slider.value = control.value; });
  return {
    control,
    companion: slider,
    help: `${show(min)} to ${show(max)} in training. Leave empty if unknown.`,
    read() {
      if (control.value.trim() === '' && !control.validity.badInput) return null;
      return Number.isFinite(control.valueAsNumber) ? control.valueAsNumber : control.value;
    },
  };
}

function makeDateInput({ min, max, median }, props) {
  const write = seconds => new Date(seconds * 1000).toISOString().replace('T00:00:00.000Z', '').slice(0, 19);
  const control = el('input', { ...props, type: 'text', value: write(median) });
  return {
    control,
    help: `${write(min)} to ${write(max)} in training. Leave empty if unknown.`,
    read: () => control.value.trim() || null,
  };
}

function makeBooleanInput(_, props) {
  const control = el('select', props,
    ['true', 'false'].map(value => el('option', { value }, value)), makeUnknownOption());
  return { control, read: () => control.value === '' ? null : control.value === 'true' };
}

function makeLevelSelect({ levels }, props) {
  const control = el('select', props,
    levels.map((level, index) => el('option', { value: index }, level)), makeUnknownOption());
  const read = () => control.value === '' ? null : levels[Number(control.value)];
  return { control, help: describeLevels(levels), read };
}

function makeLevelInput({ levels }, props) {
  const listId = `${props.id}-levels`;
  const control = el('input', { ...props, type: 'text', list: listId, value: levels[0], autocomplete: 'off' });
  return {
    control,
    companion: el('datalist', { id: listId }, levels.map(level => el('option', { value: level }))),
    help: describeLevels(levels),
    read: () => control.value === '' ? null : control.value,
  };
}

const makeUnknownOption = () => el('option', { value: '' }, 'unknown');
const describeLevels = levels => `${levels.length} known values`;
