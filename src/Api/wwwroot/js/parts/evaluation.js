// How good a run's weights are: metrics next to those of simple models, predictions next to actual values.

import { drawPredictedVsActual } from '../charts/predictedVsActual.js';
import { el } from '../dom.js';
import { formatCount, formatNumber, formatPercent } from '../format.js';
import { makeScrollBox } from './dataTable.js';
import { makeErrorNotice } from './notices.js';

const metricNames = {
  loss: 'Loss', rmse: 'RMSE', mae: 'MAE', r2: 'R²', shareBelow: 'Rows below',
  accuracy: 'Accuracy', balancedAccuracy: 'Balanced accuracy', macroF1: 'Macro F1', logLoss: 'Log loss',
  rocAuc: 'ROC AUC', calibrationError: 'Calibration error',
};
const percentages = new Set(['accuracy', 'balancedAccuracy', 'shareBelow']);

export function showEvaluation(host, run, signal) {
  const { evaluation } = run;
  if (!evaluation) {
    host.replaceChildren();
    return;
  }

  const predictions = el('section.card');
  host.replaceChildren(el('div.two-columns', makeMetricsCard(evaluation), predictions));
  if (evaluation.validation.task === 'classification') {
    showConfusionMatrix(predictions, evaluation.validation);
  } else {
    drawPredictedVsActual(predictions, run, signal).catch(failure => {
      if (!signal.aborted) predictions.replaceChildren(makeErrorNotice(failure));
    });
  }
}

function makeMetricsCard(evaluation) {
  const sentences = [
    ...Object.values(evaluation.baselines).map(baseline => baseline.sentence),
    evaluation.interval && describeInterval(evaluation.interval),
  ].filter(Boolean);
  return el('section.card',
    el('h2', 'Metrics'),
    makeScrollBox('Metrics', makeMetricsTable(evaluation)),
    sentences.map(text => el('p.small.muted', text)));
}

function makeMetricsTable({ train, validation, test, baselines }) {
  const columns = [
    { name: 'training', metrics: train },
    { name: 'validation', metrics: validation },
    test && { name: 'test', metrics: test },
    ...Object.entries(baselines).map(([name, baseline]) =>
      ({ name: name === 'linear' ? 'linear model' : `always the ${name}`, metrics: baseline.validation })),
  ].filter(Boolean);
  const isKnown = value => value !== undefined && value !== null;
  const rows = Object.keys(metricNames).filter(metric => columns.some(({ metrics }) => isKnown(metrics[metric])));

  return el('table',
    el('thead', el('tr', el('th'), columns.map(({ name }) => el('th.number', name)))),
    el('tbody', rows.map(metric => el('tr',
      el('th', metricNames[metric]),
      columns.map(({ metrics }) => el('td.number', formatMetric(metric, metrics[metric])))))));
}

const formatMetric = (metric, value) => percentages.has(metric) ? formatPercent(value, 1) : formatNumber(value);

function describeInterval({ level, halfWidth, testCoverage }) {
  if (halfWidth === null) return 'There are too few validation rows for an interval around predictions.';
  const coverage = testCoverage === null ? '' : ` For the test rows it does in ${formatPercent(testCoverage, 1)}.`;
  return `In ${formatPercent(level)} of new cases the true value lies within ±${formatNumber(halfWidth)} `
    + `of the prediction.${coverage}`;
}

function showConfusionMatrix(host, { confusion, classes }) {
  const highest = Math.max(...confusion.flat(), 1);
  const headings = classes.map(({ label }) => el('th.number', label));
  const rows = confusion.map((counts, actual) => el('tr',
    el('th', classes[actual].label),
    counts.map((count, predicted) => makeConfusionCell(count, count / highest, actual === predicted))));

  host.append(
    el('h2', 'Confusion matrix'),
    el('p.small.muted', 'Validation rows by actual class (rows) and predicted class (columns).'),
    makeScrollBox('Confusion matrix', el('table.confusion',
      el('thead', el('tr', el('th', 'actual \\ predicted'), headings)),
      el('tbody', rows))));
}

/** The colour says whether the prediction is correct, and its strength how often it was made. */
function makeConfusionCell(count, share, isCorrect) {
  const cell = el('td', { class: isCorrect ? 'correct' : '' }, formatCount(count));
  const colour = isCorrect ? 'var(--accent)' : 'var(--validation)';
  const strength = count ? Math.round(6 + 24 * share) : 0;
  cell.style.backgroundColor = `color-mix(in srgb, ${colour} ${strength}%, transparent)`;
  return cell;
}
