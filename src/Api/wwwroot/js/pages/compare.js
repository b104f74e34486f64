// Runs side by side. The address holds which, so it can be passed on.

import { isActive } from '../actions.js';
import { get, query } from '../api.js';
import { axis, draw, isDark, runColours } from '../charts.js';
import { el, svg } from '../dom.js';
import { number } from '../format.js';
import { go } from '../navigation.js';
import { status, verdict } from '../parts/badges.js';
import { note } from '../parts/notice.js';
import { numbers } from '../parts/numbers.js';

export async function render(page, { query: given, signal }) {
  const ids = (given.get('ids') ?? '').split(',').filter(Boolean);
  page.append(el('h1', { text: ids.length < 2 ? 'Compare runs' : `Runs ${ids.join(', ')} compared` }));
  if (ids.length < 2) return choose(page, signal);

  let compared = await get(`/runs/compare?${query({ ids: ids.join(','), maxPoints: 1000 })}`, { signal });
  const box = el('div', { class: 'chart' }), below = el('div', { class: 'stack' }), view = { log: false, train: true };
  box.style.height = '420px';
  const toggle = (name, text) => el('button', { type: 'button', text, 'aria-pressed': `${view[name]}`, on: { click: event => { view[name] = !view[name]; event.currentTarget.setAttribute('aria-pressed', view[name]); chart?.refresh(); } } });
  page.append(el('section', { class: 'card', 'aria-label': 'Curves' }, el('div', { class: 'bar' }, toggle('log', 'Log scale'), toggle('train', 'Training curves')), box,
    el('p', { class: 'small muted', text: 'Validation loss is drawn solid, training loss dashed. The first run is what the others are compared with.' }),
    numbers('Validation loss by epoch', ['epoch', ...compared.runs.map(run => `#${run.id} ${run.name}`)], () => compared.curves.epochs.map((epoch, at) => [epoch, ...compared.curves.runs.map(curve => curve.validationLoss[at])]))), below);
  show(below, compared);
  const chart = await draw(box, palette => overlay(compared, view, palette), () => `Loss curves of ${compared.runs.map(run => `${run.name}, best validation loss ${run.bestValidationLoss === null ? 'not known' : `${number(run.bestValidationLoss)} in epoch ${run.bestEpoch}`}`).join('; ')}`, signal);

  const again = () => {
    if (signal.aborted || !compared.runs.some(isActive)) return;
    const timer = setTimeout(async () => {
      try {
        compared = await get(`/runs/compare?${query({ ids: ids.join(','), maxPoints: 1000 })}`, { signal });
        show(below, compared);
        chart?.refresh();
      } catch { /* the next look may succeed */ }
      again();
    }, 2000);
    signal.addEventListener('abort', () => clearTimeout(timer));
  };
  again();
}

async function choose(page, signal) {
  const { items } = await get('/runs?pageSize=100', { signal });
  const button = el('button', { class: 'main', text: 'Compare', disabled: true });
  const boxes = items.map(run => el('input', { type: 'checkbox', value: run.id }));
  const chosen = () => boxes.filter(box => box.checked).map(box => box.value);
  page.append(el('p', { class: 'muted', text: 'Choose 2 to 10 runs. The first is what the others are compared with.' }),
    el('form', { class: 'stack', on: { submit: event => { event.preventDefault(); go(`/compare?ids=${chosen().reverse().join(',')}`); }, change: () => { button.disabled = chosen().length < 2 || chosen().length > 10; } } },
      items.length < 2 ? note('', el('p', { text: 'There are not two runs yet.' })) : el('div', { class: 'choices' }, items.map((run, at) =>
        el('label', { class: 'choice' }, boxes[at], el('span', {}, el('b', { text: run.name }), el('small', { text: `#${run.id} · ${run.spec.dataset} → ${run.spec.target}` }))))), el('div', { class: 'bar' }, button)));
}

function overlay({ runs, curves }, view, palette) {
  const hues = runColours(isDark());
  const series = runs.flatMap((run, at) => {
    const line = (name, values, type) => ({
      name, type: 'line', showSymbol: false, connectNulls: true, emphasis: { disabled: true }, lineStyle: { color: hues[at], width: type === 'solid' ? 2 : 1.1, type, opacity: type === 'solid' ? 1 : .75 }, itemStyle: { color: hues[at] },
      data: curves.epochs.map((epoch, point) => [epoch, values[point] === null || view.log && !(values[point] > 0) ? null : values[point]]).filter(([, value]) => value !== null),
    });
    return [line(`#${run.id} ${run.name}`, curves.runs[at].validationLoss, 'solid'), ...(view.train ? [line('', curves.runs[at].trainLoss, 'dashed')] : [])];
  });
  const units = new Set(runs.map(run => `${run.loss.name}, ${run.loss.unit}`));
  return {
    grid: { left: 8, right: 18, top: 30, bottom: 30, containLabel: true }, series,
    xAxis: axis(palette, { type: 'value', min: 0, minInterval: 1, max: Math.max(1, curves.epochs.at(-1) ?? 1), name: 'epoch', nameLocation: 'middle', nameGap: 26, splitLine: { show: false } }),
    yAxis: axis(palette, { type: view.log ? 'log' : 'value', name: [...units].join(' / '), nameTextStyle: { align: 'left', color: palette.muted }, axisLabel: { formatter: number, color: palette.muted } }),
    tooltip: { trigger: 'axis', renderMode: 'richText', confine: true, backgroundColor: palette.card, borderColor: palette['strong-line'], borderWidth: 1, textStyle: { color: palette.ink, fontSize: 12, lineHeight: 18 },
      formatter: items => [`epoch ${items[0].data[0]}`, ...items.filter(item => item.seriesName).map(item => `${item.seriesName.slice(0, 40)}  ${number(item.data[1])}`)].join('\n') },
  };
}

function show(host, { runs, parameters, differences, comparable, reason }) {
  const hues = runColours(isDark());
  const headings = runs.map((run, at) => {
    const swatch = el('span', { class: 'swatch', 'aria-hidden': 'true' });
    swatch.style.color = hues[at];
    return el('th', { scope: 'col' }, swatch, el('a', { href: `#/runs/${run.id}`, text: `#${run.id} ${run.name}` }));
  });
  const row = (name, cells) => el('tr', {}, el('th', { scope: 'row' }, name), cells.map(cell => el('td', {}, cell)));
  const table = (label, rows) => el('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': label }, el('table', { class: 'compared' }, el('thead', {}, el('tr', {}, el('th', { text: '' }), headings.map(heading => heading.cloneNode(true)))), el('tbody', {}, rows)));
  host.replaceChildren(
    el('section', { class: 'card' }, el('h2', { text: 'What came of it' }), table('Results', [
      row('status', runs.map(status)), row('verdict', runs.map(run => verdict(run.verdict))),
      row('best validation loss', runs.map(run => run.bestValidationLoss === null ? '–' : `${number(run.bestValidationLoss)} @ ${run.bestEpoch}`)),
    ])),
    el('section', { class: 'card' }, el('h2', { text: 'The settings that differ' }), parameters.length === 0 ? el('p', { class: 'muted', text: 'None: these runs were asked for alike.' })
      : table('Settings that differ', parameters.map(parameter => row(breaking(parameter.path), parameter.values.map(value => shown(value)))))),
    el('section', { class: 'card' }, el('h2', { text: 'Is the difference more than luck?' }), comparable ? paired(differences) : note('warn', el('p', { text: reason }))));
}

function paired(differences) {
  const ends = differences.flatMap(one => [one.difference, one.low, one.high]).filter(value => value !== null);
  const reach = Math.max(...ends.map(Math.abs), 1e-12) * 1.1;
  return el('div', { class: 'stack' }, el('p', { class: 'small muted', text: 'The difference in loss on the same validation rows, with its 95% interval from a paired bootstrap: left of the dashed line the run is better than the first.' }),
    el('div', { class: 'differences' }, differences.map(one => el('div', {},
      el('p', {}, el('b', { text: `#${one.runId} less #${one.comparedWith}: ` }), one.low === null ? number(one.difference) : `${number(one.difference)} (${number(one.low)} to ${number(one.high)})`), forest(one, reach), el('p', { class: 'small', text: one.sentence })))));
}

function forest({ difference, low, high }, reach) {
  const x = value => 100 + value / reach * 96;
  return svg('svg', { class: 'forest', viewBox: '0 0 200 26', preserveAspectRatio: 'xMinYMid', 'aria-hidden': 'true' }, svg('line', { class: 'zero', x1: 100, x2: 100, y1: 0, y2: 26 }),
    low === null ? null : svg('line', { class: 'span', x1: x(low), x2: x(high), y1: 13, y2: 13 }), svg('circle', { class: 'dot', cx: x(difference), cy: 13, r: 5 }));
}

/** training.epochs may be broken before the dot. */
const breaking = path => path.split('.').map((part, at) => at ? [el('wbr'), `.${part}`] : part);

const shown = value => value === null ? '–' : typeof value === 'number' ? number(value) : Array.isArray(value) ? value.join(', ') || 'none' : typeof value === 'object' ? JSON.stringify(value) : `${value}`;
