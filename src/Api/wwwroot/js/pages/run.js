// One run: its curves as they grow, what they mean, and what can be done with it.

import { cancel, canContinue, clone, curlOf, discard, goOn, isActive, requestOf } from '../actions.js';
import { address, get, post } from '../api.js';
import { curves } from '../curves.js';
import { announce, el, put, say } from '../dom.js';
import { date, duration, number, plural, trained, words } from '../format.js';
import { go } from '../navigation.js';
import { status, verdict } from '../parts/badges.js';
import { metrics } from '../parts/metrics.js';
import { note, trouble } from '../parts/notice.js';

export async function render(page, { id, signal }) {
  const run = await get(`/runs/${id}`, { signal });
  const wrong = el('div'), facts = el('dl', { class: 'facts' }), state = el('span'), actions = el('div', { class: 'bar' });
  const bar = el('progress', { max: 1, 'aria-label': 'Epochs trained' }), link = el('span', { class: 'small muted' });
  const said = el('div', { class: 'card-part' }), numbers = el('div'), proof = el('details', { hidden: true }, el('summary', { text: 'Evidence' }), numbers); // stays open while the rest is written anew
  const judgement = el('section', { class: 'card', 'aria-label': 'Verdict' }, said, proof), chart = el('section', { class: 'card', 'aria-label': 'Loss curves' }), results = el('div', { class: 'stack' });
  const act = async (what, ...rest) => {
    try {
      wrong.replaceChildren();
      return await what(run, ...rest);
    } catch (failure) { wrong.replaceChildren(trouble(failure)); }
  };

  page.append(el('header', { class: 'headline' }, el('p', { class: 'small' }, el('a', { href: '#/', text: 'Runs' }), ` / ${run.id}`),
    el('div', { class: 'bar apart' }, el('h1', { text: run.name }), actions),
    el('div', { class: 'bar' }, state, el('span', { class: 'muted', text: `${run.spec.dataset} → ${run.spec.target}` }),
      run.parentId && el('a', { href: `#/runs/${run.parentId}`, text: `goes on from run ${run.parentId}` }), link), bar), wrong, facts, judgement, chart, results,
  el('section', { class: 'card' }, spec(run)));

  function showHead() {
    state.replaceChildren(status(run));
    bar.hidden = !isActive(run);
    bar.value = run.progress.epoch / run.progress.epochs;
    const known = [
      ['Best validation loss', run.bestValidationLoss === null ? '–' : `${number(run.bestValidationLoss)} @\u00a0epoch\u00a0${run.bestEpoch}`],
      ['Epochs', `${run.progress.epoch} of ${run.progress.epochs}`],
      ...(isActive(run) ? [['Time left, at most', duration(run.progress.secondsLeft)]] : [['Duration', duration(trained(run))]]),
      ['Rows', `${run.split.train} train, ${run.split.validation} validate${run.split.test ? `, ${run.split.test} test` : ''}`],
      ['Created', date(run.createdAt)],
    ];
    if (facts.children.length !== known.length) facts.replaceChildren(...known.map(() => el('div', {}, el('dt'), el('dd'))));
    known.forEach(([term, value], at) => { say(facts.children[at].children[0], term); say(facts.children[at].children[1], value); });
  }

  function showActions() {
    const button = (text, listener, kind = '') => el('button', { type: 'button', class: kind, text, on: { click: listener } });
    put(actions,
      isActive(run) && button('Cancel', () => act(cancel)),
      run.weightsSha256 && el('a', { class: 'button main', href: `#/runs/${id}/predict`, text: 'Predict' }),
      canContinue(run) && button('Continue', () => act(goOn)),
      el('a', { class: 'button', href: clone(run), text: 'Clone into the form' }),
      !isActive(run) && button('Delete', async () => { if (await act(discard)) go('/'); }, 'danger'));
  }

  async function showJudgement() {
    const stopping = await get(`/runs/${id}/early-stopping`, { signal });
    const found = run.verdict;
    put(said,
      el('div', { class: 'bar' }, el('h2', { text: 'Verdict' }), found && verdict(found)),
      run.error ? note('bad', el('p', { text: run.error.message })) : el('p', { class: 'sentence', text: found?.sentence ?? 'Nothing to judge yet.' }),
      el('p', { class: 'muted', text: stopping.sentence }),
      found?.nextStep && nextStep(found.nextStep, act),
      run.warnings.length > 0 && note('warn', el('p', { text: 'What was found amiss with the data before training began:' }),
        el('ul', {}, run.warnings.map(warning => el('li', { text: warning.message ?? warning.sentence })))));
    proof.hidden = !found;
    if (found) put(numbers, evidence(found.evidence));
  }

  showHead();
  showActions();
  await showJudgement();
  let looked = Date.now();
  curves(chart, run, {
    signal,
    onConnection: live => say(link, live ? '' : 'The service does not answer; this page goes on by itself when it is back.'),
    onProgress: () => {
      showHead();
      if (Date.now() - looked < 2500) return;
      looked = Date.now();
      get(`/runs/${id}`, { signal }).then(now => { run.verdict = now.verdict; return showJudgement(); }).catch(() => {});
    },
    onDone: () => {
      announce(`Run ${id} has ended: ${run.status}.`);
      say(link, '');
      showHead();
      showActions();
      showJudgement().catch(() => {});
      metrics(results, run, signal);
    },
  });
  if (run.finishedAt) metrics(results, run, signal);
}

const nextStep = (step, act) => note('accent', el('p', {}, el('b', { text: 'Next: ' }), step.why), el('div', { class: 'bar' },
  el('button', { type: 'button', text: step.path.endsWith('/continue') ? `Train ${step.body.additionalEpochs} epochs more` : 'Start that run', on: {
    click: () => act(async () => go(`/runs/${(await post(step.path.replace('/api/v1', ''), step.body)).id}`)),
  } })));

const evidence = found => el('dl', { class: 'facts' }, Object.entries(found).filter(([, value]) => value !== null)
  .map(([name, value]) => el('div', {}, el('dt', { text: words(name) }), el('dd', { text: typeof value === 'number' ? number(value) : `${value}` }))));

function spec(run) {
  const copy = (text, what) => el('button', { type: 'button', text, on: { click: async event => {
    const button = event.currentTarget;
    try { await navigator.clipboard.writeText(what()); say(button, 'Copied'); } catch { say(button, 'Select it below'); }
    announce(button.textContent);
    setTimeout(() => say(button, text), 1500);
  } } });
  return el('details', {}, el('summary', { text: 'Resolved spec, every default filled in' }), el('div', { class: 'stack' },
    el('div', { class: 'bar' }, copy('Copy as curl', () => curlOf(run, address('api/v1/runs'))), copy('Copy as JSON', () => JSON.stringify(requestOf(run), null, 2)),
      el('a', { href: address(`api/v1/runs/${run.id}/curve.svg`), text: 'Curve as a picture for a README' })),
    el('pre', { tabindex: 0, 'aria-label': 'Spec as a request', text: curlOf(run, address('api/v1/runs')) })));
}
