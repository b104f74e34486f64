// Validation loss as a picture of a word's size.

import { svg } from '../dom.js';

const width = 110, height = 28, edge = 3;

export function sparkline(losses) {
  const known = losses.filter(loss => loss !== null);
  if (known.length < 2) return svg('svg', { class: 'sparkline', 'aria-hidden': 'true' });
  const low = Math.min(...known), high = Math.max(...known), range = high - low || 1;
  const x = at => edge + at / (losses.length - 1) * (width - 2 * edge);
  const y = loss => edge + (high - loss) / range * (height - 2 * edge);
  let path = '', pen = 'M';
  losses.forEach((loss, at) => {
    if (loss === null) { pen = 'M'; return; }
    path += `${pen}${x(at).toFixed(1)} ${y(loss).toFixed(1)}`;
    pen = 'L';
  });
  const best = losses.indexOf(low);
  return svg('svg', { class: 'sparkline', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': 'Validation loss over the epochs' },
    svg('path', { d: path }), svg('circle', { cx: x(best), cy: y(low), r: 2.6 }));
}
