// One run: its curves as they grow, what they mean, and the actions on it.

import { get } from '../api.js';
import { drawLossCurves } from '../charts/lossCurves.js';
import { announce, el, setChildren, setText } from '../dom.js';
import { formatDate, formatDuration } from '../format.js';
import { goTo, makeLatestSignal } from '../pageLife.js';
import { formatBestLoss, makeStatus } from '../parts/badges.js';
import { makeActionButton } from '../parts/buttons.js';
import { showEvaluation } from '../parts/evaluation.js';
import { makeErrorBox, makeReaderNotice } from '../parts/notices.js';
import { makeSpecDetails } from '../parts/specDetails.js';
import { makeVerdictCard } from '../parts/verdictCard.js';
import { canContinue, cloneHref, getTrainingSeconds, hasModel, isActive } from '../run.js';
import { cancelRun, continueRun, deleteRun } from '../runActions.js';

const verdictIntervalMs = 2500;

export async function render(page, { id, signal }) {
  const run = await get(`/runs/${id}`, signal);
  const errorBox = makeErrorBox(signal);
  const header = makeHeader(run);
  const facts = el('dl.facts');
  const verdictCard = makeVerdictCard(run, { errorBox, signal });
  const curves = el('section.card', { 'aria-label': 'Loss curves' });
  const evaluation = el('div.stack');
  page.append(
    header.element,
    makeReaderNotice('To cancel, continue or delete this run'),
    errorBox.element,
    facts,
    verdictCard.element,
    curves,
    evaluation,
    el('section.card', makeSpecDetails(run)));

  function showProgress() {
    header.showProgress();
    showFacts(facts, run);
  }
  function showActions() {
    setChildren(header.actions, makeActions(run, errorBox, signal));
  }

  const startRequest = makeLatestSignal(signal);
  let lastVerdict = Date.now();
  async function showProvisionalVerdict() {
    if (Date.now() - lastVerdict < verdictIntervalMs) return;
    lastVerdict = Date.now();
    const { verdict } = await get(`/runs/${id}`, startRequest());
    run.verdict = verdict;
    await verdictCard.show();
  }

  showProgress();
  showActions();
  await verdictCard.show();
  drawLossCurves(curves, run, {
    signal,
    onConnection: isConnected => header.showConnection(isConnected),
    onProgress: () => {
      showProgress();
      showProvisionalVerdict().catch(() => {}); // the next one may succeed
    },
    onEnd: () => {
      startRequest(); // a response with a provisional verdict comes too late now
      announce(`Run ${id} has ended: ${run.status}.`);
      header.showConnection(true);
      showProgress();
      showActions();
      verdictCard.show().catch(failure => errorBox.show(failure));
      showEvaluation(evaluation, run, signal);
    },
  });
  if (run.finishedAt) showEvaluation(evaluation, run, signal);
}

function makeHeader(run) {
  const actions = el('div.toolbar');
  const status = el('span');
  const connection = el('span.small.muted');
  const progress = el('progress', { max: 1, 'aria-label': 'Epochs trained' });
  return {
    actions,
    element: el('header.page-header',
      el('p.small', el('a', { href: '#/' }, 'Runs'), ` / ${run.id}`),
      el('div.toolbar.spread', el('h1', run.name), actions),
      el('div.toolbar',
        status,
        el('span.muted', `${run.spec.dataset} → ${run.spec.target}`),
        run.parentId && el('a', { href: `#/runs/${run.parentId}` }, `continues run ${run.parentId}`),
        connection),
      progress),
    showProgress() {
      setChildren(status, makeStatus(run));
      progress.hidden = !isActive(run);
      progress.value = run.progress.epoch / run.progress.epochs;
    },
    showConnection(isConnected) {
      setText(connection, isConnected ? '' : 'The service does not answer. This page continues when it is back.');
    },
  };
}

function makeActions(run, errorBox, signal) {
  const make = (text, action, props) => makeActionButton(text, action, errorBox, props);
  const deleteAndLeave = async () => {
    if (await deleteRun(run, signal)) goTo('/', signal);
  };
  return [
    isActive(run) && make('Cancel', () => cancelRun(run), { class: 'needs-write' }),
    hasModel(run) && el('a.button.primary', { href: `#/runs/${run.id}/predict` }, 'Predict'),
    canContinue(run) && make('Continue', () => continueRun(run, signal), { class: 'needs-write' }),
    el('a.button.needs-write', { href: cloneHref(run) }, 'Clone'),
    !isActive(run) && make('Delete', deleteAndLeave, { class: 'danger needs-write' }),
  ];
}

function showFacts(host, run) {
  const { progress, split } = run;
  const facts = [
    ['Best validation loss', formatBestLoss(run, 'epoch\u00a0')],
    ['Epochs', `${progress.epoch} of ${progress.epochs}`],
    isActive(run)
      ? ['Time left, at most', formatDuration(progress.secondsLeft)]
      : ['Duration', formatDuration(getTrainingSeconds(run))],
    [`Training / validation${split.test ? ' / test' : ''} rows`,
      [split.train, split.validation, ...(split.test ? [split.test] : [])].join(' / ')],
    ['Created', formatDate(run.createdAt)],
  ];
  if (!host.hasChildNodes()) host.append(...facts.map(() => el('div', el('dt'), el('dd'))));
  facts.forEach(([name, value], index) => {
    const [term, description] = host.children[index].children;
    setText(term, name);
    setText(description, value);
  });
}
