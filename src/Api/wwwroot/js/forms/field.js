// One labelled input for a member of a request, made from the member's schema.

import { el, makeId } from '../dom.js';
import { toTitle } from '../format.js';

/** Labels of members whose name alone says too little in a form. */
const labels = {
  'network.hidden': 'Hidden layers',
  'training.seed': 'Seed of the training',
  'earlyStopping.minDelta': 'Smallest improvement',
};

/**
 * @param path the member's path in the request, as in the service's errors
 * @param options pairs of value and text to choose from
 */
export function makeField(path, schema, { label, value, options, help } = {}) {
  const id = makeId('field'), helpId = `${id}-help`;
  const error = makeFieldError();
  const input = makeInput(schema, options, { id, name: path, 'aria-describedby': `${helpId} ${error.id}` });
  if (value !== undefined && value !== null) writeInput(input, value);
  const labelText = label ?? labels[path] ?? toTitle(path.split('.').at(-1));
  const helpText = help ?? (schema.description ?? '').replace(/\s+/g, ' ').trim();

  const read = () => readInput(input, schema);
  const showError = text => error.show(text, input);
  /** Shows what is wrong with the value. Returns whether it can be sent. */
  function check() {
    const text = findError(read(), schema, path);
    showError(text);
    return text === '';
  }

  input.addEventListener('change', check);
  const element = el('div.field', { 'data-path': path },
    input.type === 'checkbox'
      ? el('label.checkbox-label', { for: id }, input, labelText)
      : [el('label', { for: id }, labelText), input],
    el('p.help', { id: helpId }, helpText),
    error.element);
  return { path, element, input, read, check, showError };
}

const isNumeric = schema => schema.type === 'integer' || schema.type === 'number';

function makeInput(schema, options, props) {
  if (options) {
    return el('select', props, options.map(([value, text]) => el('option', { value }, text)));
  }
  if (schema.enum) {
    return el('select', props,
      schema.default === undefined && el('option', { value: '' }, 'automatic'),
      schema.enum.map(value => el('option', { value, selected: value === schema.default }, value)));
  }
  if (schema.type === 'boolean') {
    return el('input', { ...props, type: 'checkbox', checked: schema.default === true });
  }
  if (isNumeric(schema)) {
    return el('input', {
      ...props, type: 'number', inputmode: 'decimal', min: schema.minimum, max: schema.maximum,
      step: schema.type === 'integer' ? 1 : 'any',
      value: schema.default ?? '', placeholder: schema.default ?? 'automatic',
    });
  }
  if (schema.type === 'array') {
    return el('input', { ...props, type: 'text', inputmode: 'numeric', placeholder: 'automatic' });
  }
  return el('input', { ...props, type: 'text', maxlength: schema.maxLength });
}

function writeInput(input, value) {
  if (input.type === 'checkbox') input.checked = value;
  else input.value = Array.isArray(value) ? value.join(', ') || 'none' : value;
}

function readInput(input, schema) {
  if (input.type === 'checkbox') return input.checked;
  const text = input.value.trim();
  if (text === '') return input.validity?.badInput ? NaN : undefined;
  if (schema.type === 'array') {
    return text === 'none' ? [] : text.split(/[\s,;]+/).filter(Boolean).map(toNumberIfPossible);
  }
  return isNumeric(schema) ? Number(text) : text;
}

const toNumberIfPossible = text => Number.isFinite(Number(text)) ? Number(text) : text;

/** Applies the rules of the schema. Returns an empty string if the value can be sent. */
function findError(value, { type, minimum = -Infinity, maximum = Infinity, maxItems = Infinity }, path) {
  if (value === undefined) return '';
  if (type === 'integer' && !Number.isInteger(value)) return `${path} is a whole number.`;
  if (isNumeric({ type }) && !(Number.isFinite(value) && value >= minimum && value <= maximum)) {
    return `The field ${path} must be between ${minimum} and ${maximum}.`;
  }
  if (type === 'array' && value.some(item => typeof item !== 'number')) {
    return `${path} is a list of whole numbers, separated by commas.`;
  }
  if (type === 'array' && value.length > maxItems) return `${path} has at most ${maxItems} numbers.`;
  return '';
}

/** The line that says what is wrong with an input. The input names its id in aria-describedby. */
export function makeFieldError() {
  const id = makeId('error');
  const element = el('p.field-error', { id });
  function show(text, input) {
    element.textContent = text;
    if (text) input?.setAttribute('aria-invalid', 'true');
    else input?.removeAttribute('aria-invalid');
  }
  return { id, element, show };
}
