// The settings of a run as a form, made from the service's own schema and the dataset's profile.

import { el, uid } from '../dom.js';
import { title } from '../format.js';
import { field } from '../schema.js';
import { split } from './split.js';

/** Few decide most; these stand open, the others behind a word. */
const main = new Set(['training.epochs', 'training.learningRate', 'training.batchSize', 'network.hidden', 'network.activation', 'network.dropout', 'earlyStopping.patience', 'training.seed']);

export function settings({ dataset, target, schema, datasets, from }) {
  const column = dataset.columns.find(one => one.name === target);
  const others = dataset.columns.map(one => one.name).filter(name => name !== target);
  const context = { columns: others, rows: dataset.rows, datasets: datasets.filter(name => name !== dataset.name) };
  const validation = split('validation', schema.properties.validation, { ...context, given: from?.validation });
  const test = split('test', schema.properties.test, { ...context, none: 'None', given: from?.test });
  const features = featureList(others, from?.features);
  const stopping = switched('earlyStopping', 'Stop by itself when the validation loss no longer improves', from ? from.earlyStopping !== null : true);
  const group = name => Object.entries(schema.properties[name].properties).filter(([key]) => key !== 'classWeights')
    .map(([key, member]) => field(`${name}.${key}`, member, { value: from?.[name]?.[key] }));
  const [network, training, early] = [group('network'), group('training'), group('earlyStopping')];
  const weights = column.kind === 'number' ? [] : (column.frequent ?? []).map(value => field(`training.classWeights.${value.value}`, { type: 'number', minimum: 1e-9, maximum: 1e9 },
    { label: `Weight of “${value.value}”`, help: 'What a row of this class counts; 1 when left out.', value: from?.training?.classWeights?.[value.value] }));
  const name = field('name', schema.properties.name, { value: from?.name }), task = field('task', schema.properties.task, { value: from?.task }), engine = field('engine', schema.properties.engine, { value: from?.engine });
  const all = [name, task, engine, ...network, ...training, ...early, ...weights, ...validation.fields, ...test.fields, features.field, stopping.field];
  const open = fields => fields.filter(one => main.has(one.path)).map(one => one.element), hidden = fields => fields.filter(one => !main.has(one.path)).map(one => one.element);

  const sections = [
    section(3, 'Which rows are the unfamiliar road', el('p', { class: 'small muted', text: 'The network practises in the yard and is asked on a road that it has never ridden: the validation rows. Without them a run is refused, since nothing would show whether it learnt or only remembers. Which rows shall they be?' }), validation.element),
    section(4, 'How to train', el('div', { class: 'fields' }, name.element, ...open(network), ...open(training)), stopping.element, el('div', { class: 'fields' }, ...open(early)),
      more('Features: which columns it may look at', features.element),
      more('A test part, looked at once at the very end', test.element),
      more('Everything else', el('div', { class: 'fields' }, task.element, ...hidden(training), ...hidden(early), engine.element, ...weights.map(one => one.element)))),
  ];
  const toggle = () => early.forEach(one => { one.element.hidden = !stopping.read(); });
  stopping.field.input.addEventListener('change', toggle);
  toggle();

  return {
    sections,
    /** Clears what was said before; the first field that can't be sent as it is gets the focus. */
    check() {
      all.forEach(one => one.wrong(''));
      const failed = all.filter(one => one.check && one.element.isConnected).filter(one => !one.check());
      reveal(failed[0]);
      return failed.length === 0;
    },
    read: () => prune({
      dataset: dataset.name, target, name: name.read(), task: task.read(), features: features.read(), validation: validation.read(), test: test.read() ?? undefined,
      network: gather(network), training: { ...gather(training), classWeights: gather(weights) }, earlyStopping: stopping.read() ? gather(early) : null, engine: engine.read(),
    }),
    /** Shows each error at its field; gives back those that have none. */
    show(errors) {
      const left = [];
      let first = null;
      for (const error of errors) {
        const found = place(all, error.field);
        if (!found) { left.push(error); continue; }
        found.wrong(error.message);
        first ??= found;
      }
      reveal(first);
      return left;
    },
  };
}

function reveal(field) {
  if (!field) return;
  field.element.closest('details')?.setAttribute('open', '');
  field.input.focus();
}

/** training.classWeights.a belongs to the field of that path, or of the longest beginning of it that there is. */
function place(all, path) {
  for (let at = (path ?? '').replace(/\[\d+\]/g, ''); at; at = at.includes('.') ? at.slice(0, at.lastIndexOf('.')) : '') {
    const found = all.find(one => one.path === at && one.element.isConnected);
    if (found) return found;
  }
  return null;
}

const gather = fields => Object.fromEntries(fields.map(one => [lastOf(one.path), one.read()]).filter(([, value]) => value !== undefined));
const lastOf = path => path.startsWith('training.classWeights.') ? path.slice('training.classWeights.'.length) : path.split('.').at(-1);

function prune(request) {
  if (!Object.keys(request.training.classWeights).length) delete request.training.classWeights;
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
}

const section = (step, heading, ...content) => el('section', { class: 'card' }, el('h2', { class: 'numbered', 'data-step': step, text: heading }), ...content);
const more = (heading, content) => el('details', {}, el('summary', { text: heading }), content);

function switched(path, label, on) {
  const input = el('input', { type: 'checkbox', id: uid(path), checked: on }), wrong = el('p', { class: 'wrong' });
  const element = el('div', { class: 'field' }, el('label', { class: 'check', for: input.id }, input, label), wrong);
  return { element, read: () => input.checked, field: { path, element, input, wrong: text => { wrong.textContent = text; } } };
}

function featureList(columns, given) {
  const wrong = el('p', { class: 'wrong' });
  const boxes = columns.map(column => el('input', { type: 'checkbox', value: column, checked: given ? given.includes(column) : true }));
  const element = el('fieldset', { class: 'stack' }, el('legend', { class: 'unseen', text: title('features') }),
    el('div', { class: 'fields' }, boxes.map(box => el('label', { class: 'check' }, box, box.value))), wrong);
  return {
    element,
    // All ticked means the service's own default, which also leaves out a column that only names groups.
    read: () => boxes.every(box => box.checked) && !given ? undefined : boxes.filter(box => box.checked).map(box => box.value),
    field: { path: 'features', element, input: boxes[0] ?? element, wrong: text => { wrong.textContent = text; } },
  };
}
