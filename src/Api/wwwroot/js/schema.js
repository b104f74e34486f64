// What the service says of its own settings: the OpenAPI document, and form fields made of it.

import { openApi } from './api.js';
import { el, uid } from './dom.js';
import { title } from './format.js';

let loading;
const schemas = () => loading ??= openApi().then(found => found.components.schemas);

/** A type's schema by name, references within it resolved. */
export async function schemaOf(type) {
  const all = await schemas();
  const resolve = schema => {
    const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
    if (!reference) return schema;
    const target = all[reference.split('/').at(-1)];
    return { ...target, ...schema, $ref: undefined, allOf: undefined, description: schema.description ?? target.description };
  };
  const open = schema => {
    const found = resolve(schema);
    return found.properties ? { ...found, properties: Object.fromEntries(Object.entries(found.properties).map(([name, member]) => [name, open(member)])) } : found;
  };
  return open({ $ref: `/${type}` });
}

/** Where a name says too little away from its place in the JSON. */
const labels = { 'network.hidden': 'Hidden layers', 'training.seed': 'Seed of the training', 'earlyStopping.minDelta': 'Smallest improvement' };

const plain = text => (text ?? '').replace(/\s+/g, ' ').trim();

/**
 * One labelled input for a member of a schema. read() gives its value, undefined where it is left out; wrong(text) shows
 * what is amiss with it.
 */
export function field(path, schema, { label = labels[path] ?? title(path.split('.').at(-1)), value, options, help = plain(schema.description) } = {}) {
  const id = uid('field'), described = `${id}-help ${id}-wrong`;
  const input = inputOf(schema, options, { id, name: path, 'aria-describedby': described });
  if (value !== undefined && value !== null) write(input, value);
  const wrong = el('p', { class: 'wrong', id: `${id}-wrong` });
  const isBoolean = input.type === 'checkbox';
  const element = el('div', { class: 'field', 'data-path': path },
    isBoolean ? el('label', { class: 'check', for: id }, input, label) : [el('label', { for: id, text: label }), input],
    el('p', { class: 'help', id: `${id}-help`, text: help }), wrong);
  const made = {
    path, element, input,
    read: () => read(input, schema),
    write: next => write(input, next),
    /** Whether it may be sent as it is; says so beside it if not. */
    check() {
      const text = complaint(made.read(), schema, path);
      made.wrong(text);
      return text === '';
    },
    wrong(text) {
      wrong.textContent = text;
      if (text) input.setAttribute('aria-invalid', 'true'); else input.removeAttribute('aria-invalid');
    },
  };
  input.addEventListener('change', () => made.check());
  return made;
}

function inputOf(schema, options, props) {
  if (options) return el('select', props, options.map(([value, text]) => el('option', { value, text })));
  if (schema.enum) {
    const left = schema.default === undefined ? [el('option', { value: '', text: 'as suits the data' })] : [];
    return el('select', props, left, schema.enum.map(value => el('option', { value, text: value, selected: value === schema.default })));
  }
  if (schema.type === 'boolean') return el('input', { ...props, type: 'checkbox', checked: schema.default === true });
  if (schema.type === 'integer' || schema.type === 'number') {
    return el('input', { ...props, type: 'number', min: schema.minimum, max: schema.maximum, step: schema.type === 'integer' ? 1 : 'any', inputmode: 'decimal', value: schema.default ?? '', placeholder: schema.default === undefined ? 'as suits the data' : schema.default });
  }
  if (schema.type === 'array') return el('input', { ...props, type: 'text', value: (schema.default ?? []).join(', '), inputmode: 'numeric' });
  return el('input', { ...props, type: 'text', maxlength: schema.maxLength });
}

function write(input, value) {
  if (input.type === 'checkbox') input.checked = value;
  else input.value = Array.isArray(value) ? value.join(', ') : value;
}

function read(input, schema) {
  if (input.type === 'checkbox') return input.checked;
  const text = input.value.trim();
  if (schema.type === 'array') return text === '' ? [] : text.split(/[\s,;]+/).filter(Boolean).map(part => Number.isFinite(Number(part)) ? Number(part) : part);
  if (text === '') return input.validity?.badInput ? NaN : undefined;
  return schema.type === 'integer' || schema.type === 'number' ? Number(text) : text;
}

/** The same rules as the service's, from the same document. */
function complaint(value, schema, path) {
  if (value === undefined) return '';
  if (schema.type === 'integer' && !Number.isInteger(value)) return `${path} is a whole number.`;
  if ((schema.type === 'integer' || schema.type === 'number') && (!Number.isFinite(value) || value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity))) {
    return `The field ${path} must be between ${schema.minimum} and ${schema.maximum}.`;
  }
  if (schema.type === 'array' && value.some(one => typeof one !== 'number')) return `${path} is a list of whole numbers, separated by commas.`;
  if (schema.type === 'array' && schema.maxItems !== undefined && value.length > schema.maxItems) return `${path} has at most ${schema.maxItems} numbers.`;
  return '';
}
