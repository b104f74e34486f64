// All runs, as they are now.

import { cancel, canContinue, clone, discard, goOn, isActive } from '../actions.js';
import { get, query } from '../api.js';
import { el, put, say } from '../dom.js';
import { count, duration, number, plural, trained, verdicts } from '../format.js';
import { replace } from '../navigation.js';
import { status, verdict } from '../parts/badges.js';
import { note, trouble } from '../parts/notice.js';
import { sparkline } from '../parts/sparkline.js';

const often = 1000, seldom = 5000, size = 100;

export async function render(page, { query: given, signal }) {
  const wanted = { name: given.get('name') ?? '', status: given.get('status') ?? '', dataset: given.get('dataset') ?? '', verdict: given.get('verdict') ?? '', orderBy: given.get('orderBy') ?? 'newest' };
  const rows = new Map(), chosen = new Set();
  let timer, token = null, pages = 1, asked = 0;

  const body = el('tbody');
  const wrong = el('div'), away = el('div'), below = el('div', { class: 'bar' });
  const compare = el('a', { class: 'button', 'aria-disabled': 'true', text: 'Compare' });
  const showChosen = () => {
    const ready = chosen.size >= 2 && chosen.size <= 10;
    compare.setAttribute('aria-disabled', !ready);
    if (ready) compare.href = `#/compare?ids=${[...chosen].join(',')}`; else compare.removeAttribute('href');
    say(compare, chosen.size ? `Compare ${chosen.size}` : 'Compare');
  };
  const act = async (what, run) => {
    try {
      await what(run);
      wrong.replaceChildren();
      await refresh();
    } catch (failure) { wrong.replaceChildren(trouble(failure)); }
  };

  page.append(
    el('div', { class: 'bar apart' }, el('h1', { text: 'Runs' }), el('div', { class: 'bar' }, compare, el('a', { class: 'button main', href: '#/new', text: 'New run' }))),
    filters(wanted, () => { pages = 1; replace(`/?${query(wanted)}`); refresh().catch(() => {}); }, signal), wrong, away,
    el('table', { class: 'runs' }, el('caption', { class: 'unseen', text: 'Training runs' }), el('thead', {}, el('tr', {},
      el('th', {}, el('span', { class: 'unseen', text: 'Choose to compare' })), ...['Run', 'Status', 'Verdict'].map(text => el('th', { text })),
      el('th', { class: 'number', text: 'Best validation loss' }), el('th', { text: 'Curve' }), el('th', { text: 'Progress' }), el('th', {}, el('span', { class: 'unseen', text: 'Actions' })))), body), below);
  showChosen();

  async function refresh() {
    const mine = ++asked;
    clearTimeout(timer);
    const found = [];
    token = null;
    for (let at = 0; at < pages && (at === 0 || token); at++) {
      const part = await get(`/runs?${query({ ...wanted, pageSize: size, pageToken: token })}`, { signal });
      found.push(...part.items);
      token = part.nextPageToken;
    }
    if (mine !== asked || signal.aborted) return;
    show(found);
    const drawn = found.filter(run => rows.get(run.id).epoch !== run.progress.epoch);
    if (drawn.length) {
      const ids = drawn.slice(0, 200);
      for (const line of await get(`/runs/sparklines?ids=${ids.map(run => run.id).join(',')}`, { signal })) rows.get(line.runId)?.draw(line.validationLoss);
      for (const run of ids) if (rows.has(run.id)) rows.get(run.id).epoch = run.progress.epoch;
    }
    again(found.some(isActive) ? often : seldom);
  }

  function show(found) {
    const now = new Set(found.map(run => run.id));
    for (const [id, row] of rows) if (!now.has(id)) { row.element.remove(); rows.delete(id); chosen.delete(id); showChosen(); }
    found.forEach((run, at) => {
      if (!rows.has(run.id)) rows.set(run.id, rowOf(run, { act, chosen, showChosen }));
      const row = rows.get(run.id);
      row.update(run);
      if (body.children[at] !== row.element) body.insertBefore(row.element, body.children[at] ?? null);
    });
    below.replaceChildren(...(found.length === 0 ? [empty(wanted)] : token ? [el('button', { type: 'button', text: 'Show more', on: { click: () => { pages++; act(refresh); } } })] : []));
  }

  function again(after) {
    clearTimeout(timer);
    if (!signal.aborted) timer = setTimeout(() => document.hidden ? again(after) : refresh().then(() => away.replaceChildren(), failure => {
      if (signal.aborted) return;
      if (!away.hasChildNodes()) away.append(trouble(failure)); // said once, however often it is asked in vain
      again(often);
    }), after);
  }

  signal.addEventListener('abort', () => clearTimeout(timer));
  await refresh();
}

function filters(wanted, changed, signal) {
  const select = (name, label, options) => el('div', { class: 'field' }, el('label', { for: `by-${name}`, text: label }),
    el('select', { id: `by-${name}`, on: { change: event => { wanted[name] = event.target.value; changed(); } } },
      options.map(([value, text]) => el('option', { value, text, selected: wanted[name] === value }))));
  const datasets = select('dataset', 'Dataset', [['', 'all']]);
  get('/datasets?pageSize=1000', { signal }).then(({ items }) => datasets.querySelector('select')
    .append(...items.map(({ name }) => el('option', { value: name, text: name, selected: wanted.dataset === name }))), () => {}); // the list shows that the service is gone
  let typing;
  return el('form', { class: 'filters', role: 'search', 'aria-label': 'Runs', on: { submit: event => event.preventDefault() } },
    el('div', { class: 'field wide' }, el('label', { for: 'by-name', text: 'Name contains' }), el('input', {
      id: 'by-name', type: 'search', value: wanted.name,
      on: { input: event => { wanted.name = event.target.value; clearTimeout(typing); typing = setTimeout(changed, 200); } },
    })),
    select('status', 'Status', [['', 'all'], ...['queued', 'running', 'succeeded', 'failed', 'cancelled'].map(value => [value, value])]),
    datasets,
    select('verdict', 'Verdict', [['', 'all'], ...Object.entries(verdicts).map(([code, [text]]) => [code, text])]),
    select('orderBy', 'Order', [['newest', 'newest first'], ['oldest', 'oldest first'], ['bestValidationLoss', 'best validation loss']]));
}

const empty = wanted => wanted.name || wanted.status || wanted.dataset || wanted.verdict
  ? note('', el('p', { text: 'No run is like that.' }))
  : el('div', { class: 'card empty' }, el('h2', { text: 'No run yet' }), el('p', { class: 'muted', text: 'Three datasets are here from the start. The lesson trains on two of them and says what is to be seen.' }),
    el('div', { class: 'bar' }, el('a', { class: 'button main', href: '#/lesson', text: 'Start with the lesson' }), el('a', { class: 'button', href: '#/new', text: 'New run' })));

function rowOf(run, { act, chosen, showChosen }) {
  const state = el('td', { class: 'state' }), judged = el('td', { class: 'verdict' }), best = el('td', { class: 'best number' }), spark = el('td', { class: 'spark' });
  const bar = el('progress', { 'aria-label': `Progress of run ${run.id}`, max: 1 }), time = el('span', { class: 'sub' });
  const advance = el('td', { class: 'advance' }, bar, time), actions = el('div', { class: 'bar' });
  const pick = el('input', { type: 'checkbox', 'aria-label': `Choose run ${run.id} to compare`, on: { change: event => { chosen[event.target.checked ? 'add' : 'delete'](run.id); showChosen(); } } });
  const element = el('tr', { 'data-run': run.id }, el('td', { class: 'pick' }, pick),
    el('td', { class: 'what' }, el('a', { class: 'name', href: `#/runs/${run.id}`, title: run.name, text: run.name }), el('div', { class: 'sub', text: `#${run.id} · ${run.spec.dataset} → ${run.spec.target}` })),
    state, judged, best, spark, advance, el('td', { class: 'actions' }, actions));
  const quiet = (text, listener) => el('button', { type: 'button', class: 'quiet', text, 'aria-label': `${text} run ${run.id}`, on: { click: listener } });
  let shown = '', latest = run;

  return {
    element, epoch: 0,
    draw: losses => spark.replaceChildren(sparkline(losses)),
    update(now) {
      latest = now;
      const active = isActive(now);
      say(best, now.bestValidationLoss === null ? '' : `${number(now.bestValidationLoss)} @ ${now.bestEpoch}`);
      bar.hidden = !active;
      bar.value = now.progress.epoch / now.progress.epochs;
      const took = trained(now);
      say(time, now.status === 'queued' ? 'waits for a worker'
        : active ? `${count(now.progress.epoch)} of ${count(now.progress.epochs)} epochs${now.progress.secondsLeft === null ? '' : `, ${duration(now.progress.secondsLeft)} left`}`
        : took === null ? 'never began' : `${plural(now.progress.epoch, 'epoch')} in ${duration(took)}`);
      const state_ = `${now.status} ${now.verdict?.code}`;
      if (state_ === shown) return;
      shown = state_;
      state.replaceChildren(status(now));
      put(judged, now.verdict && verdict(now.verdict));
      put(actions,
        active && quiet('Cancel', () => act(cancel, latest)),
        canContinue(now) && quiet('Continue', () => act(goOn, latest)),
        el('a', { class: 'button quiet', href: clone(now), text: 'Clone', 'aria-label': `Clone run ${run.id} into the form` }),
        !active && quiet('Delete', () => act(discard, latest)));
    },
  };
}
