// The list of runs, kept up to date.

import { get, isAbort, makeQuery } from '../api.js';
import { el, setText } from '../dom.js';
import { makeLatestSignal, makeTimer, replaceAddress } from '../pageLife.js';
import { makeButton } from '../parts/buttons.js';
import { makeErrorBox, makeNotice, makeReaderNotice } from '../parts/notices.js';
import { isFiltered, makeRunFilters, readFilters } from '../parts/runFilters.js';
import { makeRunRow } from '../parts/runRow.js';
import { isActive } from '../run.js';

const activeIntervalMs = 1000, idleIntervalMs = 5000;
const pageSize = 100, maxSparklines = 200;
const minCompared = 2, maxCompared = 10;

export async function render(page, { query, signal }) {
  const filters = readFilters(query);
  const rows = new Map();
  const compareLink = makeCompareLink();
  const errorBox = makeErrorBox(signal), offlineBox = makeErrorBox(signal);
  const body = el('tbody'), emptyNotice = el('div');
  const showMore = makeButton('Show more', showNextPage, { hidden: true });
  const startRequest = makeLatestSignal(signal);
  const callAfter = makeTimer(signal);
  let pageCount = 1;

  page.append(
    el('div.toolbar.spread',
      el('h1', 'Runs'),
      el('div.toolbar', compareLink.element, el('a.button.primary.needs-write', { href: '#/new' }, 'Start a new run'))),
    makeReaderNotice('To start, cancel, continue or delete runs'),
    makeRunFilters(filters, applyFilters, signal),
    errorBox.element,
    offlineBox.element,
    makeTable(body),
    emptyNotice,
    el('div.toolbar', showMore));
  await refresh();

  function applyFilters() {
    pageCount = 1;
    replaceAddress(`/?${makeQuery(filters)}`, signal);
    return refreshOrReport();
  }

  function showNextPage() {
    pageCount++;
    return refreshOrReport();
  }

  /** Shows the list as it is now, and again after a while. A newer call aborts this one. */
  async function refresh() {
    const latest = startRequest();
    const { runs, hasMore } = await loadRuns(filters, pageCount, latest);
    showRuns(runs);
    emptyNotice.replaceChildren(...(runs.length === 0 ? [makeEmptyNotice(filters)] : []));
    showMore.hidden = !hasMore;
    await drawCurves(runs, latest);
    offlineBox.clear();
    refreshAfter(runs.some(isActive) ? activeIntervalMs : idleIntervalMs);
  }

  async function refreshOrReport() {
    try {
      await refresh();
    } catch (failure) {
      if (isAbort(failure)) return;
      if (offlineBox.isEmpty()) offlineBox.show(failure); // a screen reader speaks it once, not after each attempt
      refreshAfter(activeIntervalMs);
    }
  }

  function refreshAfter(delayMs) {
    callAfter(() => document.hidden ? refreshAfter(delayMs) : refreshOrReport(), delayMs);
  }

  function showRuns(runs) {
    const ids = new Set(runs.map(run => run.id));
    for (const id of [...rows.keys()].filter(shown => !ids.has(shown))) removeRow(id);
    runs.forEach((run, index) => {
      if (!rows.has(run.id)) rows.set(run.id, makeRow(run));
      const row = rows.get(run.id);
      row.update(run);
      if (body.children[index] !== row.element) body.insertBefore(row.element, body.children[index] ?? null);
    });
  }

  function makeRow(run) {
    return makeRunRow(run, {
      errorBox,
      onAction: refreshOrReport,
      onSelect: isSelected => compareLink.select(run.id, isSelected),
      signal,
    });
  }

  function removeRow(id) {
    rows.get(id).element.remove();
    rows.delete(id);
    compareLink.select(id, false);
  }

  async function drawCurves(runs, latest) {
    const changed = runs.filter(run => rows.get(run.id).curveEpoch !== run.progress.epoch).slice(0, maxSparklines);
    if (changed.length === 0) return;
    const ids = changed.map(run => run.id).join(',');
    const curves = await get(`/runs/sparklines?${makeQuery({ ids })}`, latest);
    for (const { runId, validationLoss } of curves) rows.get(runId).drawCurve(validationLoss);
    for (const run of changed) rows.get(run.id).curveEpoch = run.progress.epoch;
  }
}

async function loadRuns(filters, pageCount, signal) {
  const runs = [];
  let pageToken = null;
  for (let number = 1; number === 1 || number <= pageCount && pageToken; number++) {
    const { items, nextPageToken } = await get(`/runs?${makeQuery({ ...filters, pageSize, pageToken })}`, signal);
    runs.push(...items);
    pageToken = nextPageToken;
  }
  return { runs, hasMore: Boolean(pageToken) };
}

function makeCompareLink() {
  const selected = new Set();
  const element = el('a.button');
  update();
  return {
    element,
    select(id, isSelected) {
      if (isSelected) selected.add(id);
      else selected.delete(id);
      update();
    },
  };

  function update() {
    const canCompare = selected.size >= minCompared && selected.size <= maxCompared;
    element.setAttribute('aria-disabled', !canCompare);
    if (canCompare) element.href = `#/compare?ids=${[...selected].join(',')}`;
    else element.removeAttribute('href');
    setText(element, selected.size > 0 ? `Compare ${selected.size}` : 'Compare');
  }
}

function makeTable(body) {
  const hiddenHeading = text => el('th', el('span.visually-hidden', text));
  return el('table.runs',
    el('caption.visually-hidden', 'Training runs'),
    el('thead', el('tr',
      hiddenHeading('Select to compare'),
      ['Run', 'Status', 'Verdict'].map(text => el('th', text)),
      el('th.number', 'Best validation loss'),
      ['Curve', 'Progress'].map(text => el('th', text)),
      hiddenHeading('Actions'))),
    body);
}

function makeEmptyNotice(filters) {
  if (isFiltered(filters)) return makeNotice('', el('p', 'No run matches these filters.'));
  return el('div.card.empty',
    el('h2', 'No runs yet'),
    el('p.muted', 'Velodrome comes with three datasets. The lesson trains on two of them and explains the curves.'),
    el('div.toolbar',
      el('a.button.primary', { href: '#/lesson' }, 'Start with the lesson'),
      el('a.button.needs-write', { href: '#/new' }, 'Start a new run')));
}
