// How a column's values are spread.

import { el, svg } from '../dom.js';
import { count, number } from '../format.js';

const width = 200, height = 40;

export function histogram(column) {
  const bars = column.histogram ?? column.frequent?.map(value => value.rows);
  if (!bars?.length) return el('span', { class: 'muted', text: '–' });
  const highest = Math.max(...bars), wide = width / bars.length;
  return svg('svg', { class: 'histogram', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label(column) },
    bars.map((rows, at) => {
      const tall = rows === 0 ? 0 : Math.max(1, rows / highest * height);
      return svg('rect', { x: at * wide + .5, y: height - tall, width: Math.max(.5, Math.min(wide - 1, 24)), height: tall });
    }));
}

const label = column => column.histogram
  ? `Histogram from ${number(column.min)} to ${number(column.max)}`
  : `Most frequent: ${column.frequent.slice(0, 5).map(value => `${value.value} (${count(value.rows)})`).join(', ')}`;
