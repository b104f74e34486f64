// Runs side by side. Their ids are in the address, so that a comparison can be shared.

import { get, makeQuery } from '../api.js';
import { drawComparisonChart } from '../charts/comparisonChart.js';
import { el } from '../dom.js';
import { goTo, makeTimer } from '../pageLife.js';
import { makeForm } from '../parts/buttons.js';
import { showComparison } from '../parts/comparison.js';
import { makeNotice } from '../parts/notices.js';
import { describeRun, isActive } from '../run.js';

const minRuns = 2, maxRuns = 10;
const refreshIntervalMs = 2000;

export async function render(page, { query, signal }) {
  const ids = (query.get('ids') ?? '').split(',').filter(Boolean);
  if (ids.length < minRuns) await renderChoice(page, signal);
  else await renderComparison(page, ids, signal);
}

async function renderComparison(page, ids, signal) {
  const load = () => get(`/runs/compare?${makeQuery({ ids: ids.join(','), maxPoints: 1000 })}`, signal);
  page.append(el('h1', `Compare runs ${ids.join(', ')}`));
  let comparison = await load();
  const chartCard = el('section.card', { 'aria-label': 'Curves' });
  const details = el('div.stack');
  page.append(chartCard, details);
  showComparison(details, comparison);
  const chart = await drawComparisonChart(chartCard, comparison, signal);

  const callAfter = makeTimer(signal);
  refreshWhileActive();

  function refreshWhileActive() {
    if (!comparison.runs.some(isActive)) return;
    callAfter(async () => {
      try {
        comparison = await load();
        showComparison(details, comparison);
        chart.show(comparison);
      } catch {
        // the next call may succeed
      }
      refreshWhileActive();
    }, refreshIntervalMs);
  }
}

async function renderChoice(page, signal) {
  page.append(el('h1', 'Compare runs'));
  const { items: runs } = await get('/runs?pageSize=100', signal);
  const boxes = runs.map(run => el('input', { type: 'checkbox', value: run.id }));
  const button = el('button.primary', { disabled: true }, 'Compare');
  const listChecked = () => boxes.filter(box => box.checked).map(box => box.value);

  const enableButton = () => {
    const count = listChecked().length;
    button.disabled = count < minRuns || count > maxRuns;
  };
  const onSubmit = () => {
    const ids = listChecked().reverse(); // the list starts with the newest run, a comparison with the oldest
    goTo(`/compare?ids=${ids.join(',')}`, signal);
  };

  page.append(
    el('p.muted', `Choose ${minRuns} to ${maxRuns} runs. Each is compared with the oldest.`),
    makeForm('form.stack', { onSubmit, on: { change: enableButton } },
      runs.length < minRuns
        ? makeNotice('', el('p', 'There are fewer than two runs so far.'))
        : el('div.choices', runs.map((run, index) => el('label.choice',
          boxes[index], el('span', el('b', run.name), el('small', describeRun(run)))))),
      el('div.toolbar', button)));
}
