// Apache ECharts: fetched when the first page is shown, in the page's colours, and redrawn when those or the size change.

import { address } from './api.js';

let loading;

/** The library comes with the service, out of the Vizor.ECharts package. */
export function library() {
  return loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address('_content/Vizor.ECharts/js/vizor-echarts-bundle-min.js');
    script.async = true;
    script.addEventListener('load', () => resolve(window.echarts));
    script.addEventListener('error', () => { loading = undefined; reject(new Error('The chart library could not be loaded.')); });
    document.head.append(script);
  });
}

/** One chart a frame, and none in the one that the library itself took: a page with several stays quick to the touch. */
let last = Promise.resolve();
/** Long enough for a frame; also where frames are few, as in a picture taken of the page. */
const frame = () => new Promise(resolve => setTimeout(resolve, 30));
const turn = () => last = last.then(() => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve))));

export function colours() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(['paper', 'card', 'sunken', 'ink', 'muted', 'line', 'strong-line', 'accent', 'train', 'validation', 'test', 'baseline', 'warn', 'warn-wash']
    .map(name => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/** Ten hues that differ in lightness too, for runs side by side. */
export const runColours = dark => dark
  ? ['#56b4e9', '#f0913a', '#5fd0a5', '#e8a0cf', '#f2df5b', '#b9a3ff', '#ff8f80', '#9fd35c', '#8fd8e8', '#c9b18f']
  : ['#0072b2', '#c24e00', '#00805a', '#a8447f', '#8a7200', '#5b49b5', '#c0293a', '#4c7a10', '#00758f', '#7a5c36'];

export const isDark = () => document.documentElement.dataset.theme === 'dark';

/**
 * Draws into an element what option() says, and again after refresh(), a change of theme or of size.
 * @param label says in words what is to be seen
 */
export async function draw(element, option, label, signal) {
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', label());
  const echarts = await library();
  if (signal.aborted) return null;
  await turn();
  if (signal.aborted) return null;
  const chart = echarts.init(element, null, { renderer: 'canvas' });
  signal.addEventListener('abort', () => chart.dispose());
  const show = shown => chart.setOption({ ...base(), ...option(colours()), ...shown }, { notMerge: true, lazyUpdate: true });
  const refresh = () => {
    if (chart.isDisposed()) return;
    show();
    element.setAttribute('aria-label', label());
  };
  await frame();
  if (signal.aborted) return null;
  show({ series: [] }); // the axes first: the browser compiles what draws them in one frame, and what draws the rest in another
  await frame();
  if (signal.aborted) return null;
  const sized = new ResizeObserver(() => {
    if (!chart.isDisposed() && (chart.getWidth() !== element.clientWidth || chart.getHeight() !== element.clientHeight)) chart.resize();
  });
  sized.observe(element);
  addEventListener('themechange', refresh, { signal });
  signal.addEventListener('abort', () => sized.disconnect());
  refresh();
  return { refresh, svg: () => toSvg(echarts, chart), png: () => chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: colours().card }) };
}

/** Tooltips are drawn, not written as HTML: names in them are text whatever they hold, and no style is set inline. */
const base = () => {
  const palette = colours();
  return {
    animation: false, backgroundColor: 'transparent',
    textStyle: { fontFamily: 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif', color: palette.muted },
    tooltip: {
      trigger: 'axis', renderMode: 'richText', confine: true, backgroundColor: palette.card, borderColor: palette['strong-line'], borderWidth: 1, padding: [8, 12],
      textStyle: { color: palette.ink, fontSize: 12, lineHeight: 18 }, axisPointer: { lineStyle: { color: palette['strong-line'] } },
    },
  };
};

export function axis(palette, more) {
  return {
    nameTextStyle: { color: palette.muted, fontSize: 12 }, axisLine: { show: false, onZero: false }, axisTick: { show: false },
    axisLabel: { color: palette.muted, fontSize: 12, hideOverlap: true, alignMaxLabel: 'right' }, splitLine: { lineStyle: { color: palette.line } }, ...more,
  };
}

function toSvg(echarts, chart) {
  const still = echarts.init(null, null, { renderer: 'svg', ssr: true, width: chart.getWidth(), height: chart.getHeight() });
  still.setOption({ ...chart.getOption(), backgroundColor: colours().card });
  const text = still.renderToSVGString();
  still.dispose();
  return text;
}

/** Hands the reader a file. */
export function save(name, content, type) {
  const link = document.createElement('a');
  const url = content.startsWith?.('data:') ? content : URL.createObjectURL(new Blob([content], { type }));
  link.href = url;
  link.download = name;
  link.click();
  // A browser that is busy, or asks where to save, comes for it late.
  if (!url.startsWith('data:')) setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
