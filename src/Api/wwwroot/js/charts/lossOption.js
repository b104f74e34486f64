// What ECharts draws for one run: both losses, the baseline, the best epoch and the patience after it.

import { makeAxis, makeEpochAxis, makeEpochTooltip, makeGrid, makeLine } from './chartStyle.js';
import { smooth } from './epochHistory.js';

/** A chart has about as many columns of pixels. */
const maxPoints = 900, maxRatePoints = 400;

export function makeLossOption(run, history, view, palette) {
  const { useLogScale, showLearningRate, smoothCurves, isCompact } = view;
  const train = history.thin('trainLoss', maxPoints), validation = history.thin('validationLoss', maxPoints);
  const allPoints = [...train, ...validation];
  const lastEpoch = Math.max(history.last, 1), baseline = run.baselineLoss;
  const makeCurve = (name, colour, points, { lineStyle, ...options } = {}) => makeLine(name, palette[colour],
    points.map(([epoch, value]) => [epoch, useLogScale && !(value > 0) ? null : value]),
    { showSymbol: isSinglePoint(points), lineStyle: { width: 1.8, ...lineStyle }, ...options });
  const faint = { lineStyle: { width: 1, opacity: .25 } };
  return {
    title: allPoints.every(([, value]) => value === null) ? makeEmptyTitle(history, palette) : undefined,
    grid: makeGrid({ top: isCompact && !showLearningRate ? 14 : 30, right: showLearningRate ? 12 : 18 }),
    tooltip: makeEpochTooltip(palette),
    xAxis: makeEpochAxis(palette, lastEpoch, {
      name: 'epoch', nameLocation: 'end', nameGap: -28, nameTextStyle: { verticalAlign: 'top', padding: [26, 0, 0, 0] },
    }),
    yAxis: [
      makeAxis(palette, useLogScale ? makeLogScale(allPoints) : {}),
      showLearningRate && makeAxis(palette, {
        name: 'learning rate', nameTextStyle: { align: 'right', color: palette.test },
        min: 0, splitLine: { show: false },
      }),
    ].filter(Boolean),
    series: [
      baseline !== null && makeCurve('', 'baseline', [[0, baseline], [lastEpoch, baseline]],
        { silent: true, lineStyle: { type: 'dashed', width: 1.4 } }),
      smoothCurves && makeCurve('', 'train', train, faint),
      smoothCurves && makeCurve('', 'validation', validation, faint),
      makeCurve('training', 'train', smoothCurves ? smooth(train) : train),
      makeCurve('validation', 'validation', smoothCurves ? smooth(validation) : validation,
        { ...makeBestEpochMarks(run, view, lastEpoch, palette), z: 3 }),
      showLearningRate && makeCurve('learning rate', 'test', history.thin('learningRate', maxRatePoints, 1),
        { yAxisIndex: 1, step: 'end', lineStyle: { width: 1.3 } }),
    ].filter(Boolean),
  };
}

const isSinglePoint = points => points.filter(([, value]) => value !== null).length === 1;

function makeEmptyTitle(history, palette) {
  return {
    text: history.epochs.length ? 'No loss is a finite number.' : 'The curves start with the first epoch.',
    left: 'center', top: 'middle', textStyle: { color: palette.muted, fontSize: 14, fontWeight: 'normal' },
  };
}

/** Uses powers of two where powers of ten would leave most of the height empty. */
function makeLogScale(points) {
  const values = points.map(([, value]) => value).filter(value => value > 0);
  return { type: 'log', logBase: Math.max(...values) / Math.min(...values) < 100 ? 2 : 10 };
}

function makeBestEpochMarks({ bestEpoch, bestValidationLoss, spec }, { useLogScale, isCompact }, lastEpoch, palette) {
  if (!bestEpoch) return {};
  const patience = spec.earlyStopping?.patience;
  const hasPoint = bestValidationLoss !== null && !(useLogScale && bestValidationLoss <= 0);
  return {
    markLine: {
      silent: true, symbol: 'none', data: [{ xAxis: bestEpoch }],
      lineStyle: { color: palette.validation, type: 'dotted', width: 1.4 },
      label: {
        show: !isCompact, position: 'end', formatter: `best: epoch ${bestEpoch}`, color: palette.text, fontSize: 12,
        align: bestEpoch > .9 * lastEpoch ? 'right' : bestEpoch < .1 * lastEpoch ? 'left' : 'center',
      },
    },
    markPoint: hasPoint ? {
      silent: true, symbol: 'circle', symbolSize: 9, label: { show: false },
      data: [{ coord: [bestEpoch, bestValidationLoss] }],
      itemStyle: { color: palette.validation, borderColor: palette.card, borderWidth: 2 },
    } : undefined,
    markArea: patience && lastEpoch > bestEpoch ? {
      silent: true, itemStyle: { color: palette['warn-tint'], opacity: .6 },
      data: [[{ xAxis: bestEpoch }, { xAxis: Math.min(bestEpoch + patience, lastEpoch) }]],
    } : undefined,
  };
}
