// The fitted curve over the data of the one feature, with the training range shaded.

import { get, post } from '../api.js';
import { axis, draw } from '../charts.js';
import { el } from '../dom.js';
import { number } from '../format.js';
import { numbers } from './numbers.js';

const steps = 160;

export async function fitted(host, run, model, signal) {
  const [{ name, min, max }] = model.features, width = max - min || 1;
  const fit = await get(`/runs/${run.id}/predicted-vs-actual`, { signal });
  const met = [...fit.train, ...fit.validation, ...fit.test].map(point => point.x).filter(x => x !== null);
  const from = Math.min(min - .3 * width, ...met.map(x => x - .05 * width)), to = Math.max(max + .3 * width, ...met.map(x => x + .05 * width));
  const grid = Array.from({ length: steps + 1 }, (_, at) => from + at / steps * (to - from));
  const curve = await post(`/runs/${run.id}/predictions`, { rows: grid.map(value => ({ [name]: value })) }, { signal });
  const box = el('div', { class: 'chart' });
  host.append(el('h2', { text: `${model.target} over ${name}` }), el('p', { class: 'small muted', text: 'The line is what the network says, the band its 90% interval where it has one. Shaded is the range that it practised on.' }), box);
  host.append(numbers(`${model.target} over ${name}`, [name, model.target, ...(curve.predictions[0].interval ? ['low', 'high'] : [])],
    () => curve.predictions.map(({ value, interval }, at) => [grid[at], value, ...(interval ? [interval.low, interval.high] : [])])));
  const points = part => fit[part].filter(point => point.x !== null).map(point => [point.x, point.actual]);
  const values = curve.predictions.map((prediction, at) => [grid[at], prediction.value]);
  const band = curve.predictions[0].interval !== null;
  const edge = end => curve.predictions.map((prediction, at) => [grid[at], prediction.interval[end]]);
  let asked = null;
  const chart = await draw(box, palette => ({
    grid: { left: 8, right: 18, top: 56, bottom: 30, containLabel: true }, legend: { top: 0, left: 0, itemHeight: 9, data: ['network', 'training', 'validation', ...(fit.test.length ? ['test'] : [])], textStyle: { color: palette.muted } },
    xAxis: axis(palette, { type: 'value', min: grid[0], max: grid.at(-1), name, nameLocation: 'middle', nameGap: 26, axisLabel: { formatter: number, color: palette.muted, hideOverlap: true, showMinLabel: false, showMaxLabel: false }, splitLine: { show: false } }),
    yAxis: axis(palette, { type: 'value', scale: true, name: model.target, nameTextStyle: { align: 'left', color: palette.muted }, axisLabel: { formatter: number, color: palette.muted } }),
    tooltip: { show: false },
    series: [
      ...(band ? [{ type: 'custom', silent: true, data: [[min, values[0][1]]], renderItem: (_, api) => ({
        type: 'polygon', shape: { points: [...edge('low'), ...edge('high').reverse()].map(point => api.coord(point)) }, style: { fill: palette.accent, opacity: .13 },
      }), clip: true }] : []),
      { name: 'network', type: 'line', data: values, showSymbol: false, silent: true, z: 4, lineStyle: { color: palette.accent, width: 2.4 }, itemStyle: { color: palette.accent },
        markArea: { silent: true, itemStyle: { color: palette.muted, opacity: .09 }, data: [[{ xAxis: min }, { xAxis: max }]] } },
      { name: 'training', type: 'scatter', symbolSize: 7, data: points('train'), itemStyle: { color: palette.train, opacity: .6 } },
      { name: 'validation', type: 'scatter', symbolSize: 7, data: points('validation'), itemStyle: { color: palette.validation, opacity: .8 } },
      { name: 'test', type: 'scatter', symbolSize: 7, data: points('test'), itemStyle: { color: palette.test, opacity: .8 } },
      { type: 'scatter', z: 6, symbolSize: 15, data: asked ? [asked] : [], itemStyle: { color: palette.accent, borderColor: palette.card, borderWidth: 3 } },
    ],
  }), () => `What the network says of ${model.target} for ${name} from ${number(grid[0])} to ${number(grid.at(-1))}, over ${fit.train.length} training and ${fit.validation.length} validation rows; it practised on ${number(min)} to ${number(max)}`, signal);
  return { show: (x, y) => { asked = x === null || !Number.isFinite(x) ? null : [x, y]; chart?.refresh(); } };
}
