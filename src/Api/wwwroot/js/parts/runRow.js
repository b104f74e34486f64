// One run in the list of runs.

import { drawSparkline } from '../charts/sparkline.js';
import { el, setChildren, setText } from '../dom.js';
import { countOf, formatCount, formatDuration } from '../format.js';
import { canContinue, cloneHref, describeRun, getTrainingSeconds, isActive } from '../run.js';
import { cancelRun, continueRun, deleteRun } from '../runActions.js';
import { formatBestLoss, makeStatus, makeVerdictBadge } from './badges.js';
import { makeActionButton } from './buttons.js';

/** curveEpoch of the row is the epoch up to which its curve is drawn. */
export function makeRunRow(run, { errorBox, onAction, onSelect, signal }) {
  const { id, name } = run;
  const status = el('td.run-status');
  const verdict = el('td.verdict');
  const bestLoss = el('td.best-loss.number');
  const curve = el('td.curve');
  const bar = el('progress', { 'aria-label': `Progress of run ${id}`, max: 1 });
  const progressText = el('span.detail');
  const actions = el('div.toolbar');
  const change = event => onSelect(event.target.checked);
  const checkbox = el('input', { type: 'checkbox', 'aria-label': `Select run ${id} to compare`, on: { change } });
  let latest, shownState;

  const makeAction = (text, action) => makeActionButton(text, async () => {
    await action(latest, signal);
    await onAction();
  }, errorBox, { class: 'quiet needs-write', 'aria-label': `${text} run ${id}` });

  function showActions(run) {
    setChildren(actions,
      isActive(run) && makeAction('Cancel', cancelRun),
      canContinue(run) && makeAction('Continue', continueRun),
      el('a.button.quiet.needs-write', { href: cloneHref(run), 'aria-label': `Clone run ${id}` }, 'Clone'),
      !isActive(run) && makeAction('Delete', deleteRun));
  }

  return {
    element: el('tr', { 'data-run': id },
      el('td.select', checkbox),
      el('td.run-name',
        el('a.name', { href: `#/runs/${id}`, title: name }, name),
        el('div.detail', describeRun(run))),
      status, verdict, bestLoss, curve,
      el('td.run-progress', bar, progressText),
      el('td.actions', actions)),
    curveEpoch: 0,
    drawCurve: losses => curve.replaceChildren(drawSparkline(losses)),
    update(run) {
      latest = run;
      setText(bestLoss, run.bestEpoch === null ? '' : formatBestLoss(run));
      bar.hidden = !isActive(run);
      bar.value = run.progress.epoch / run.progress.epochs;
      setText(progressText, describeProgress(run));
      const state = `${run.status} ${run.verdict?.code}`;
      if (state === shownState) return; // a button that has the focus stays
      shownState = state;
      setChildren(status, makeStatus(run));
      setChildren(verdict, makeVerdictBadge(run.verdict));
      showActions(run);
    },
  };
}

function describeProgress(run) {
  const { epoch, epochs, secondsLeft } = run.progress;
  if (run.status === 'queued') return 'waiting for a worker';
  if (isActive(run)) {
    const timeLeft = secondsLeft === null ? '' : `, ${formatDuration(secondsLeft)} left`;
    return `${formatCount(epoch)} of ${formatCount(epochs)} epochs${timeLeft}`;
  }
  const seconds = getTrainingSeconds(run);
  return seconds === null ? 'never started' : `${countOf(epoch, 'epoch')} in ${formatDuration(seconds)}`;
}
