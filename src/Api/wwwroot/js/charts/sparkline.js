// The validation loss of a run as a small picture in the list.

import { svg } from '../dom.js';

const width = 110, height = 28, margin = 3;

export function drawSparkline(losses) {
  const known = losses.filter(loss => loss !== null);
  if (known.length < 2) return svg('svg.sparkline', { 'aria-hidden': 'true' });

  const lowest = Math.min(...known), range = Math.max(...known) - lowest || 1;
  const round = number => Math.round(10 * number) / 10;
  const x = index => round(margin + index / (losses.length - 1) * (width - 2 * margin));
  const y = loss => round(height - margin - (loss - lowest) / range * (height - 2 * margin));
  const path = losses
    .map((loss, index) => loss === null ? '' : `${startsLine(losses, index) ? 'M' : 'L'}${x(index)} ${y(loss)}`)
    .join('');
  const viewBox = `0 0 ${width} ${height}`;
  return svg('svg.sparkline', { viewBox, role: 'img', 'aria-label': 'Validation loss by epoch' },
    svg('path', { d: path }),
    svg('circle', { cx: x(losses.indexOf(lowest)), cy: y(lowest), r: 2.6 }));
}

/** A line starts at the first loss and after each gap. */
const startsLine = (losses, index) => index === 0 || losses[index - 1] === null;
