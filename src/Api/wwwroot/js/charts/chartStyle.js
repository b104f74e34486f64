// What all charts have in common: colours, axes, lines, points and the tooltip, as options of ECharts.

import { formatCount, formatNumber } from '../format.js';

const colourNames = [
  'card', 'text', 'muted', 'line', 'strong-line', 'accent', 'train', 'validation', 'test', 'baseline', 'warn-tint',
];

export function readPalette() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(colourNames.map(name => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/** Ten colours that differ in lightness too, for readers who cannot tell the hues apart. */
export function getRunColours() {
  return document.documentElement.dataset.theme === 'dark'
    ? ['#56b4e9', '#f0913a', '#5fd0a5', '#e8a0cf', '#f2df5b', '#b9a3ff', '#ff8f80', '#9fd35c', '#8fd8e8', '#c9b18f']
    : ['#0072b2', '#c24e00', '#00805a', '#a8447f', '#8a7200', '#5b49b5', '#c0293a', '#4c7a10', '#00758f', '#7a5c36'];
}

export const makeGrid = ({ top, right = 18 }) => ({ left: 8, right, top, bottom: 30, containLabel: true });

export function makeLegend(palette, options) {
  return { top: 0, left: 0, itemHeight: 9, textStyle: { color: palette.muted }, ...options };
}

export function makeAxis(palette, { axisLabel, nameTextStyle, ...options }) {
  return {
    type: 'value',
    axisLine: { show: false, onZero: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: palette.line } },
    nameTextStyle: { color: palette.muted, fontSize: 12, ...nameTextStyle },
    axisLabel: { color: palette.muted, fontSize: 12, hideOverlap: true, formatter: formatNumber, ...axisLabel },
    ...options,
  };
}

export function makeEpochAxis(palette, lastEpoch, options) {
  return makeAxis(palette, {
    min: 0, max: lastEpoch, minInterval: 1, splitLine: { show: false },
    axisLabel: { alignMaxLabel: 'right', formatter: formatCount }, ...options,
  });
}

export const nameBelow = name => ({ name, nameLocation: 'middle', nameGap: 26 });

export const nameAbove = name => ({ name, nameTextStyle: { align: 'left' } });

export function makeLine(name, colour, data, { lineStyle, ...options } = {}) {
  return {
    name, type: 'line', data, showSymbol: false, emphasis: { disabled: true },
    lineStyle: { color: colour, ...lineStyle }, itemStyle: { color: colour }, ...options,
  };
}

export function makePoints(name, colour, data, opacity) {
  return { name, type: 'scatter', symbolSize: 7, data, itemStyle: { color: colour, opacity } };
}

/** Drawn on the canvas, not as HTML: a name in it stays text, and the Content-Security-Policy forbids inline styles. */
export function makeTooltip(palette, trigger, listLines) {
  return {
    trigger, renderMode: 'richText', confine: true, padding: [8, 12],
    backgroundColor: palette.card, borderColor: palette['strong-line'], borderWidth: 1,
    textStyle: { color: palette.text, fontSize: 12, lineHeight: 18 },
    axisPointer: { lineStyle: { color: palette['strong-line'] } },
    formatter: points => listLines(points).join('\n'),
  };
}

/** Shows an epoch, and the value of each curve that has a name. */
export function makeEpochTooltip(palette) {
  return makeTooltip(palette, 'axis', points => [
    `epoch ${points[0].data[0]}`,
    ...points.filter(({ seriesName }) => seriesName)
      .map(({ seriesName, data }) => `${seriesName.slice(0, 40)}  ${formatNumber(data[1])}`),
  ]);
}
