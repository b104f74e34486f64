// A new run, asked for step by step.

import { requestOf } from '../actions.js';
import { get, post, query, upload } from '../api.js';
import { announce, el } from '../dom.js';
import { count, plural } from '../format.js';
import { go, replace } from '../navigation.js';
import { note, trouble } from '../parts/notice.js';
import { profile } from '../parts/profile.js';
import { settings } from '../parts/settings.js';
import { schemaOf } from '../schema.js';

export async function render(page, { query: given, signal }) {
  const [datasets, schema] = [(await get('/datasets?pageSize=1000', { signal })).items, await schemaOf('RunRequest')];
  const origin = given.get('from') ? requestOf(await get(`/runs/${given.get('from')}`, { signal })) : null;
  const wrong = el('div'), list = el('div', { class: 'choices', role: 'radiogroup', 'aria-label': 'Dataset' }), later = el('div', { class: 'stack' });

  const pick = async (name, from = null) => {
    wrong.replaceChildren();
    if (!from) replace(`/new?${query({ dataset: name })}`);
    try {
      const dataset = await get(`/datasets/${encodeURIComponent(name)}`, { signal });
      chooseTarget(later, dataset, { schema, datasets, from, signal });
    } catch (failure) { if (!signal.aborted) wrong.replaceChildren(trouble(failure)); }
  };
  const choice = dataset => el('label', { class: 'choice' }, el('input', { type: 'radio', name: 'dataset', value: dataset.name, on: { change: () => pick(dataset.name) } }),
    el('span', {}, el('b', { text: dataset.name }), el('small', { text: `${plural(dataset.rows, 'row')}, ${plural(dataset.columns.length, 'column')}` })));
  list.append(...datasets.map(choice));

  const receive = async file => {
    wrong.replaceChildren();
    const name = file.name.replace(/\.[^.]*$/, '').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, 100) || 'table';
    try {
      const stored = await upload(name, file);
      announce(`${stored.name} is uploaded: ${plural(stored.rows, 'row')}.`);
      if (![...list.querySelectorAll('input')].some(input => input.value === stored.name)) {
        datasets.push({ ...stored, columns: stored.columns.map(column => column.name) });
        list.append(choice(datasets.at(-1)));
      }
      [...list.querySelectorAll('input')].find(input => input.value === stored.name).checked = true;
      await pick(stored.name);
    } catch (failure) { wrong.replaceChildren(trouble(failure)); }
  };

  page.append(el('h1', { text: origin ? `New run, as “${origin.name}”` : 'New run' }),
    el('section', { class: 'card' }, el('h2', { class: 'numbered', 'data-step': 1, text: 'What to learn from' }), list, dropZone(receive), wrong), later);
  const first = origin?.dataset ?? given.get('dataset');
  if (first) {
    const input = [...list.querySelectorAll('input')].find(one => one.value === first);
    if (input) input.checked = true;
    await pick(first, origin);
  }
}

function dropZone(receive) {
  const input = el('input', { type: 'file', accept: '.csv,text/csv', id: 'upload', on: { change: event => event.target.files[0] && receive(event.target.files[0]).finally(() => { event.target.value = ''; }) } });
  const zone = el('div', { class: 'drop' }, el('label', { for: 'upload', class: 'label', text: 'Or upload a CSV' }), input, el('span', { class: 'help', text: 'or drop it here. The first line names the columns.' }));
  for (const type of ['dragenter', 'dragover']) zone.addEventListener(type, event => { event.preventDefault(); zone.classList.add('over'); });
  for (const type of ['dragleave', 'drop']) zone.addEventListener(type, event => { event.preventDefault(); zone.classList.remove('over'); });
  zone.addEventListener('drop', event => event.dataTransfer.files[0] && receive(event.dataTransfer.files[0]));
  return zone;
}

function chooseTarget(host, dataset, context) {
  const rest = el('div', { class: 'stack' });
  const target = context.from?.target;
  host.replaceChildren(el('section', { class: 'card' }, el('h2', { class: 'numbered', 'data-step': 2, text: 'What to predict' }),
    el('p', { class: 'small muted', text: `${dataset.name}: ${plural(dataset.rows, 'row')}, ${count(dataset.bytes)} bytes. Choose the column that the network is to predict from the others.` }),
    dataset.warnings.length > 0 && note('warn', el('ul', {}, dataset.warnings.map(warning => el('li', { text: warning.message })))),
    profile(dataset, target, chosen => configure(rest, dataset, chosen, { ...context, from: null }))), rest);
  if (target) configure(rest, dataset, target, context);
}

function configure(host, dataset, target, { schema, datasets, from, signal }) {
  const wrong = el('div');
  const form = settings({ dataset, target, schema, datasets: datasets.map(one => one.name), from });
  host.replaceChildren(el('form', {
    class: 'stack', novalidate: true, 'aria-label': 'Settings', on: {
      submit: async event => {
        event.preventDefault();
        wrong.replaceChildren();
        if (!form.check()) return;
        const button = event.submitter;
        if (button) button.disabled = true;
        try {
          const run = await post('/runs', form.read(), { signal });
          announce(`Run ${run.id} is accepted.`);
          go(`/runs/${run.id}`);
        } catch (failure) {
          if (signal.aborted) return;
          const unplaced = form.show(failure.errors ?? []);
          if (unplaced.length || !(failure.errors ?? []).length) wrong.replaceChildren(trouble(unplaced.length ? { message: unplaced[0].message, errors: unplaced } : failure));
        } finally { if (button) button.disabled = false; }
      },
    },
  }, form.sections, wrong, el('div', { class: 'bar' }, el('button', { class: 'main', text: 'Train' }), el('span', { class: 'muted small', text: 'You watch both curves as they come, and can end it at any time.' }))));
}
