// The settings of a run as a form, made from the service's own schema and the dataset's profile.

import { el } from '../dom.js';
import { makeFeatureChoice } from './checkboxes.js';
import { makeField } from './field.js';
import { makeSplitChoice } from './splitChoice.js';

/** The settings that are always shown, because they matter most. */
const mainSettings = new Set([
  'training.epochs', 'training.learningRate', 'training.batchSize', 'training.seed',
  'network.hidden', 'network.activation', 'network.dropout',
  'earlyStopping.patience',
]);

/** @param from the request to fill the form in with, or null */
export function makeRunForm({ dataset, target, schema, datasets, from }) {
  const parts = makeParts({ dataset, target, schema, datasets, from });
  const allFields = listFields(parts);
  return {
    sections: makeSections(parts),

    /** Shows the errors that the service need not find. Returns whether there are none. */
    check() {
      allFields.forEach(field => field.showError(''));
      const wrongFields = allFields.filter(field => field.check && field.element.isConnected && !field.check());
      if (wrongFields.length > 0) reveal(wrongFields[0]);
      return wrongFields.length === 0;
    },

    read: () => readRequest(dataset, target, parts),

    /** Shows each error at its field. Returns the errors that have no field. */
    showErrors(errors) {
      const placed = errors.map(error => ({ error, field: findField(allFields, error.field) }));
      placed.forEach(({ error, field }) => field?.showError(error.message));
      const first = placed.find(({ field }) => field);
      if (first) reveal(first.field);
      return placed.filter(({ field }) => !field).map(({ error }) => error);
    },
  };
}

function makeParts({ dataset, target, schema, datasets, from }) {
  const members = schema.properties;
  const makeMember = name => makeField(name, members[name], { value: from?.[name] });
  const makeGroup = name => Object.entries(members[name].properties)
    .filter(([key]) => key !== 'classWeights')
    .map(([key, member]) => makeField(`${name}.${key}`, member, { value: from?.[name]?.[key] }));
  const columns = dataset.columns.map(column => column.name).filter(name => name !== target);
  const otherDatasets = datasets.filter(name => name !== dataset.name);
  const makeSplit = (part, noneText) => makeSplitChoice(part, members[part],
    { columns, rowCount: dataset.rows, datasets: otherDatasets, noneText, value: from?.[part] });
  const earlyStopping = makeGroup('earlyStopping');
  return {
    name: makeMember('name'), preset: makeMember('preset'), task: makeMember('task'), engine: makeMember('engine'),
    features: makeFeatureChoice(columns, from?.features),
    weightColumn: makeField('weightColumn', members.weightColumn, {
      options: [['', 'none'], ...dataset.columns.filter(({ kind, name }) => kind === 'number' && name !== target)
        .map(({ name }) => [name, name])],
      value: from?.weightColumn,
    }),
    validation: makeSplit('validation'),
    test: makeSplit('test', 'None'),
    encoding: makeGroup('encoding'),
    network: makeGroup('network'),
    training: makeGroup('training'),
    classWeights: makeClassWeights(dataset.columns.find(column => column.name === target), from),
    earlyStopping,
    earlyStoppingChoice: makeEarlyStoppingChoice(members.earlyStopping, earlyStopping, from),
  };
}

/** The fields are shown while early stopping is on. */
function makeEarlyStoppingChoice(schema, fields, from) {
  const choice = makeField('earlyStopping', schema, {
    label: 'Stop early', options: [['', 'automatic'], ['on', 'yes'], ['off', 'no']],
    value: from && (from.earlyStopping ? 'on' : 'off'),
  });
  const showFields = () => fields.forEach(field => { field.element.hidden = choice.read() !== 'on'; });
  choice.input.addEventListener('change', showFields);
  showFields();
  return choice;
}

function makeClassWeights(column, from) {
  if (column.kind === 'number' || column.kind === 'date') return [];
  const weights = from?.training?.classWeights;
  const schema = { type: 'number', minimum: 1e-9, maximum: 1e9 };
  const help = 'How much a row of this class counts. Default 1.';
  return (column.frequent ?? []).map(({ value }) => makeField(`training.classWeights.${value}`, schema,
    { label: `Weight of “${value}”`, help, value: weights?.[value] }));
}

function listFields({ validation, test, ...parts }) {
  return [...Object.values(parts).flat(), ...validation.fields, ...test.fields];
}

function makeSections(parts) {
  const { network, training, earlyStopping } = parts;
  const isMain = field => mainSettings.has(field.path);
  const listElements = fields => fields.map(field => field.element);
  const listMain = fields => listElements(fields.filter(isMain));
  const others = [
    parts.task, parts.weightColumn, ...parts.encoding, ...network, ...training, ...earlyStopping, parts.engine,
    ...parts.classWeights];
  return [
    makeStep(3, 'Choose the validation rows',
      el('p.small.muted', 'The network is judged on these rows and never trains on them. A run without them is '
        + 'refused: nothing would show whether the network learns or only memorises.'),
      parts.validation.element),
    makeStep(4, 'Choose the settings',
      el('div.fields', parts.name.element, parts.preset.element, listMain(network), listMain(training)),
      el('div.fields', parts.earlyStoppingChoice.element, listMain(earlyStopping)),
      makeDetails('Features: the columns to predict from', parts.features.element),
      makeDetails('Test rows: used once, after training', parts.test.element),
      makeDetails('All other settings', el('div.fields', listElements(others.filter(field => !isMain(field)))))),
  ];
}

export function makeStep(number, heading, ...content) {
  return el('section.card', el('h2.numbered', { 'data-step': number }, heading), ...content);
}

const makeDetails = (heading, content) => el('details', el('summary', heading), content);

function readRequest(dataset, target, parts) {
  const classWeights = readFields(parts.classWeights);
  return withoutUndefined({
    dataset: dataset.name,
    datasetVersion: dataset.version,
    target,
    name: parts.name.read(), preset: parts.preset.read(), task: parts.task.read(), engine: parts.engine.read(),
    features: parts.features.read(), weightColumn: parts.weightColumn.read(), validation: parts.validation.read(),
    test: parts.test.read() ?? undefined,
    encoding: readFields(parts.encoding),
    network: readFields(parts.network),
    training: { ...readFields(parts.training), ...(Object.keys(classWeights).length > 0 ? { classWeights } : {}) },
    earlyStopping: { on: readFields(parts.earlyStopping), off: null }[parts.earlyStoppingChoice.read()],
  });
}

const readFields = fields =>
  withoutUndefined(Object.fromEntries(fields.map(field => [nameOf(field.path), field.read()])));

/** Returns the last name of a path. A class may have dots in its name. */
function nameOf(path) {
  const classPrefix = 'training.classWeights.';
  return path.startsWith(classPrefix) ? path.slice(classPrefix.length) : path.split('.').at(-1);
}

function withoutUndefined(members) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** Finds the field of a path, or else of the longest beginning of it that has a field. */
function findField(fields, path) {
  const names = (path ?? '').replace(/\[\d+\]/g, '').split('.');
  for (let length = names.length; length > 0; length--) {
    const start = names.slice(0, length).join('.');
    const found = fields.find(field => field.path === start && field.element.isConnected);
    if (found) return found;
  }
  return null;
}

function reveal(field) {
  field.element.closest('details')?.setAttribute('open', '');
  field.input.focus();
}
