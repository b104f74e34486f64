// Draws charts with Apache ECharts, and draws them again when their data, the theme or the size changes.

import { addressOf } from '../api.js';
import { readPalette } from './chartStyle.js';

const fontFamily = 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif';
let loading;

/** The service serves ECharts from the package Vizor.ECharts. */
export function loadLibrary() {
  return loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = addressOf('_content/Vizor.ECharts/js/vizor-echarts-bundle-min.js');
    script.async = true;
    script.addEventListener('load', () => resolve(window.echarts));
    script.addEventListener('error', () => {
      loading = undefined;
      reject(new Error('The chart library could not be loaded.'));
    });
    document.head.append(script);
  });
}

/**
 * Draws a chart. Returns null if the reader has left the page.
 * @param makeOption builds the option of ECharts from the palette
 * @param describe returns the chart in words, for screen readers
 */
export async function drawChart(element, { makeOption, describe, signal }) {
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', describe());
  const echarts = await loadLibrary();
  await waitForTurn();
  if (signal.aborted) return null;

  const chart = echarts.init(element, null, { renderer: 'canvas' });
  signal.addEventListener('abort', () => chart.dispose());
  const show = overrides => {
    const palette = readPalette();
    const base = { animation: false, backgroundColor: 'transparent', textStyle: { fontFamily, color: palette.muted } };
    chart.setOption({ ...base, ...makeOption(palette), ...overrides }, { notMerge: true, lazyUpdate: true });
  };
  const refresh = () => {
    if (chart.isDisposed()) return;
    show();
    element.setAttribute('aria-label', describe());
  };

  // The axes get a separate frame: the browser compiles the code that draws them when it first needs it, and that
  // takes too long together with the code that draws the curves.
  await waitForFrame();
  if (signal.aborted) return null;
  show({ series: [] });
  await waitForFrame();
  if (signal.aborted) return null;
  refresh();

  addEventListener('themechange', refresh, { signal });
  keepSize(chart, element, signal);
  return {
    refresh,
    svg: () => renderSvg(echarts, chart),
    png: () => chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: readPalette().card }),
  };
}

let lastTurn = Promise.resolve();

/** Draws each chart in a separate frame, so that a page with several charts keeps responding to the reader. */
function waitForTurn() {
  lastTurn = lastTurn.then(() => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve))));
  return lastTurn;
}

/** A timer, because a page that is only printed has few frames. */
const waitForFrame = () => new Promise(resolve => setTimeout(resolve, 30));

function keepSize(chart, element, signal) {
  const observer = new ResizeObserver(() => {
    if (chart.isDisposed()) return;
    if (chart.getWidth() !== element.clientWidth || chart.getHeight() !== element.clientHeight) chart.resize();
  });
  observer.observe(element);
  signal.addEventListener('abort', () => observer.disconnect());
}

function renderSvg(echarts, chart) {
  const size = { width: chart.getWidth(), height: chart.getHeight() };
  const copy = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
  copy.setOption({ ...chart.getOption(), backgroundColor: readPalette().card });
  const text = copy.renderToSVGString();
  copy.dispose();
  return text;
}
