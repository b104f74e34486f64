// The lesson: learning is like learning to ride a bicycle. Each part trains real runs, with one click.

import { post } from '../api.js';
import { curves } from '../curves.js';
import { el, put } from '../dom.js';
import { number } from '../format.js';
import { verdict } from '../parts/badges.js';
import { trouble } from '../parts/notice.js';

const students = (name, epochs) => ({
  name, dataset: 'study-hours', target: 'score', validation: { split: 'last', fraction: .25 },
  network: { hidden: [16, 8], activation: 'relu' }, training: { epochs, optimizer: 'adam', loss: 'mse', seed: 7 },
});
const sine = (name, earlyStopping) => ({
  name, dataset: 'noisy-sine', target: 'y', validation: { split: 'random', fraction: .5 }, network: { hidden: [128, 64] }, training: { epochs: 100, batchSize: 32, learningRate: .01, weightDecay: 0, seed: 2 }, earlyStopping,
});

export async function render(page, { signal }) {
  page.append(el('header', { class: 'headline' }, el('h1', { text: 'Learning is like learning to ride a bicycle' }),
    el('p', { class: 'sentence', text: 'Each attempt is a little less wrong; that is all there is to training. But whoever only ever rides the yard may know the yard by heart and nothing else. Only the unfamiliar road shows whether you can really ride.' }),
    el('p', { class: 'muted', text: 'Here an attempt is an epoch. The training loss (blue) says how wrong the network is in the yard, on the rows that it practises on. The validation loss (orange) says how wrong it is on the unfamiliar road, on rows that it never practises on.' })),
  part('Fifty attempts, and three', 'Train 50 epochs and 3 epochs', [
    'Eight students and what they scored, by the hours that they studied. The network practises on six of them; the last two are the road.',
    'The first attempts wobble: after three, it has barely let go of the wall. A few dozen later both curves lie near the ground, the road as smooth as the yard.',
    'Look at the first three points of both: they are the same. The three-epoch run is no worse rider, it only got off the bicycle too soon; its page offers to ride on.',
  ], [students('fifty epochs', 50), students('three epochs', 3)], signal),
  part('Knowing the yard by heart', 'Overfit noisy-sine', [
    'Now a hundred and fifty rows of a sine with much noise, beside five columns that mean nothing, and a network far larger than they deserve, with no weight decay to hold it back.',
    'In the yard it gets better and better: it has learnt where every stone lies. On the road it turns after a few attempts and rides worse with each further lap. It no longer learns to ride, it learns the stones.',
    'Beside it the same network with early stopping: when ten attempts bring nothing on the road, it gets off, and keeps the weights of its best attempt.',
  ], [sine('by heart', null), sine('stops by itself', { patience: 10 })], signal),
  el('section', { class: 'card' }, el('h2', { text: 'And then?' }), el('p', { text: 'Ask the fifty-epoch run about a student of ten hours: the answer lies above 100 points. Nobody told the network that there is a ceiling, and it says itself that ten hours are beyond the yard that it knows. Then bring a table of your own.' }),
    el('div', { class: 'bar' }, el('a', { class: 'button', href: '#/', text: 'All runs' }), el('a', { class: 'button main', href: '#/new', text: 'Train on your own table' }))));
}

function part(heading, start, sentences, requests, signal) {
  const charts = el('div', { class: 'pair' }, requests.map(({ name }) => el('p', { class: 'waiting muted', text: `The curves of “${name}” grow here.` }))), wrong = el('div');
  const button = el('button', { class: 'main', type: 'button', text: start, on: { click: async () => {
    button.disabled = true;
    wrong.replaceChildren();
    try {
      const runs = [];
      for (const request of requests) runs.push(await post('/runs', request, { signal })); // one after the other, so that they are numbered as they stand
      charts.replaceChildren(...runs.map(run => follow(run, signal)));
    } catch (failure) { if (!signal.aborted) wrong.replaceChildren(trouble(failure)); }
    button.disabled = false;
    button.textContent = 'Once more';
  } } });
  return el('section', { class: 'card', 'aria-label': heading }, el('h2', { text: heading }), el('div', { class: 'told' },
    el('div', { class: 'text' }, sentences.map(text => el('p', { class: 'say', text })), el('div', { class: 'bar' }, button), wrong), charts));
}

function follow(run, signal) {
  const chart = el('div'), said = el('p', { class: 'small' }), judged = el('span'), links = el('div', { class: 'bar small' });
  const show = () => {
    put(judged, run.verdict && verdict(run.verdict));
    said.textContent = run.bestEpoch ? `Epoch ${run.progress.epoch} of ${run.progress.epochs}; on the road best in epoch ${run.bestEpoch}, with a loss of ${number(run.bestValidationLoss)}. ${run.finishedAt ? run.verdict?.sentence ?? '' : ''}` : 'Waits for its first epoch.';
  };
  const ended = () => {
    show();
    links.replaceChildren(el('a', { href: `#/runs/${run.id}`, text: 'Look closer' }), ...(run.weightsSha256 ? [el('a', { href: `#/runs/${run.id}/predict`, text: 'Predict' })] : []));
  };
  curves(chart, run, { signal, tools: false, height: '240px', onProgress: show, onDone: ended });
  show();
  return el('article', { 'aria-label': run.name, class: 'stack' }, el('div', { class: 'bar' }, el('h3', { text: run.name }), judged), chart, said, links);
}
