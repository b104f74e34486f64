// The lesson: learning is like learning to ride a bicycle. Each part trains real runs with one click.

import { post } from '../api.js';
import { drawLossCurves } from '../charts/lossCurves.js';
import { el, setChildren, setText } from '../dom.js';
import { formatNumber } from '../format.js';
import { makeVerdictBadge } from '../parts/badges.js';
import { makeActionButton } from '../parts/buttons.js';
import { makeErrorBox, makeReaderNotice } from '../parts/notices.js';
import { hasModel } from '../run.js';

const studentsRequest = (name, epochs) => ({
  name,
  dataset: 'study-hours',
  target: 'score',
  validation: { split: 'last', fraction: .25 },
  network: { hidden: [16, 8], activation: 'relu' },
  training: { epochs, optimizer: 'adam', loss: 'mse', seed: 7 },
});

const sineRequest = (name, earlyStopping) => ({
  name,
  dataset: 'noisy-sine',
  target: 'y',
  validation: { split: 'random', fraction: .5 },
  network: { hidden: [128, 64] },
  training: { epochs: 100, batchSize: 32, learningRate: .01, weightDecay: 0, seed: 2 },
  earlyStopping,
});

const parts = [
  {
    heading: 'Fifty attempts against three',
    start: 'Train 50 epochs and 3 epochs',
    sentences: [
      'Eight students: the hours that each studied, and the exam score. The network trains on the first six. The '
        + 'last two are the unfamiliar road.',
      'The first attempts wobble. After three, the network has barely let go of the wall. After a few dozen, both '
        + 'losses are small: it rides on the road as well as in the yard.',
      'Compare the first three epochs of both runs: they are the same. The short run did not learn worse, it only got '
        + 'off the bicycle too soon. Its page offers to continue it.',
    ],
    requests: [studentsRequest('fifty epochs', 50), studentsRequest('three epochs', 3)],
  },
  {
    heading: 'Memorising the yard',
    start: 'Overfit noisy-sine',
    sentences: [
      'Now 150 rows of a sine with a lot of noise, and five columns that mean nothing. The network is far too large '
        + 'for them, and no weight decay holds it back.',
      'In the yard it gets better and better: it memorises where every stone lies. On the road it gets worse after '
        + 'a few attempts. It no longer learns to ride; it learns the stones.',
      'The second run is the same network with early stopping. When ten attempts bring no improvement on the road, '
        + 'it stops and keeps the weights of its best attempt.',
    ],
    requests: [sineRequest('memorises', null), sineRequest('stops early', { patience: 10 })],
  },
];

export async function render(page, { signal }) {
  page.append(
    el('header.page-header',
      el('h1', 'Learning is like learning to ride a bicycle'),
      el('p.lead', 'Each attempt is a little less wrong: that is all there is to training. But if you only ever ride '
        + 'in the yard, you may learn the yard and nothing else. Only an unfamiliar road shows whether you can ride.'),
      el('p.muted', 'Here an attempt is an epoch. The training loss (blue) shows how wrong the network is in the yard: '
        + 'on the rows that it trains on. The validation loss (orange) shows how wrong it is on the road: on rows that '
        + 'it never trains on.')),
    makeReaderNotice('To train these runs'),
    ...parts.map(part => makePart(part, signal)),
    el('section.card',
      el('h2', 'What next?'),
      el('p', 'Ask the fifty-epoch run about a student who studies ten hours. It predicts more than 100 points: '
        + 'nothing in its data shows a ceiling. It also warns that ten hours are outside the yard that it knows. '
        + 'Then train on a table of your own.'),
      el('div.toolbar',
        el('a.button', { href: '#/' }, 'See all runs'),
        el('a.button.primary.needs-write', { href: '#/new' }, 'Train on your own table'))));
}

function makePart({ heading, start, sentences, requests }, signal) {
  const charts = el('div.chart-pair', requests.map(({ name }) =>
    el('p.placeholder.muted', `The curves of “${name}” appear here.`)));
  const errorBox = makeErrorBox(signal);
  const button = makeActionButton(start, trainAll, errorBox, { class: 'primary needs-write' });

  async function trainAll() {
    const runs = [];
    for (const request of requests) runs.push(await post('/runs', request, signal)); // in order, so ids follow it
    charts.replaceChildren(...runs.map(run => makeRunPanel(run, signal)));
    setText(button, 'Train again');
  }

  return el('section.card', { 'aria-label': heading },
    el('h2', heading),
    el('div.lesson-part',
      el('div.lesson-text', sentences.map(text => el('p', text)), el('div.toolbar', button), errorBox.element),
      charts));
}

function makeRunPanel(run, signal) {
  const chart = el('div');
  const sentence = el('p.small');
  const badge = el('span');
  const links = el('div.toolbar.small');

  function showProgress() {
    setChildren(badge, makeVerdictBadge(run.verdict));
    setText(sentence, describeProgress(run));
  }
  function showEnd() {
    showProgress();
    setChildren(links,
      el('a', { href: `#/runs/${run.id}` }, 'See details'),
      hasModel(run) && el('a', { href: `#/runs/${run.id}/predict` }, 'Predict'));
  }

  drawLossCurves(chart, run, { signal, onProgress: showProgress, onEnd: showEnd, isCompact: true });
  showProgress();
  return el('article.stack', { 'aria-label': run.name },
    el('div.toolbar', el('h3', run.name), badge), chart, sentence, links);
}

function describeProgress({ progress, bestEpoch, bestValidationLoss, finishedAt, verdict }) {
  if (!bestEpoch) return 'Waiting for the first epoch.';
  const verdictSentence = finishedAt && verdict ? ` ${verdict.sentence}` : '';
  return `Epoch ${progress.epoch} of ${progress.epochs}. Best on the road in epoch ${bestEpoch}, `
    + `with a loss of ${formatNumber(bestValidationLoss)}.${verdictSentence}`;
}
