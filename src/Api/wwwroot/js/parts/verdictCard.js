// What a run's curves mean: the verdict with its evidence, how training ended, and what to try next.

import { get, post } from '../api.js';
import { el, setChildren } from '../dom.js';
import { formatNumber, splitCamelCase } from '../format.js';
import { goTo, makeLatestSignal } from '../pageLife.js';
import { makeVerdictBadge } from './badges.js';
import { makeActionButton } from './buttons.js';
import { makeList, makeNotice } from './notices.js';

export function makeVerdictCard(run, { errorBox, signal }) {
  const summary = el('div.card-part');
  const evidence = el('div');
  // Not part of the summary, so that it stays open while the summary changes.
  const evidenceDetails = el('details', { hidden: true }, el('summary', 'Evidence'), evidence);
  const startRequest = makeLatestSignal(signal);

  async function show() {
    const earlyStopping = await get(`/runs/${run.id}/early-stopping`, startRequest());
    const { verdict, error, warnings } = run;
    setChildren(summary,
      el('div.toolbar', el('h2', 'Verdict'), makeVerdictBadge(verdict)),
      error
        ? makeNotice('bad', el('p', error.message))
        : el('p.lead', verdict?.sentence ?? 'There is no verdict yet.'),
      el('p.muted', earlyStopping.sentence),
      verdict?.nextStep && makeNextStep(verdict.nextStep, errorBox, signal),
      warnings.length > 0 && makeNotice('warn',
        el('p', 'Warnings about the data:'), makeList(warnings.map(({ message }) => message))));
    evidenceDetails.hidden = !verdict;
    if (verdict) setChildren(evidence, makeEvidence(verdict.evidence));
  }

  return { element: el('section.card', { 'aria-label': 'Verdict' }, summary, evidenceDetails), show };
}

function makeNextStep({ why, path, body }, errorBox, signal) {
  const start = async () => {
    const next = await post(path.slice(path.indexOf('/api/v1') + '/api/v1'.length), body);
    goTo(`/runs/${next.id}`, signal);
  };
  const text = path.endsWith('/continue') ? `Train ${body.additionalEpochs} more epochs` : 'Start this run';
  return makeNotice('accent',
    el('p', el('b', 'Next: '), why),
    el('div.toolbar', makeActionButton(text, start, errorBox, { class: 'needs-write' })));
}

function makeEvidence(evidence) {
  const format = value => typeof value === 'number' ? formatNumber(value) : `${value}`;
  return el('dl.facts', Object.entries(evidence)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => el('div', el('dt', splitCamelCase(name)), el('dd', format(value)))));
}
