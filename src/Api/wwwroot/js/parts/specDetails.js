// A run's settings as a request, to read and to copy.

import { addressOf } from '../api.js';
import { announce, el, setText } from '../dom.js';
import { curlCommandFor, requestFrom } from '../run.js';
import { makeButton } from './buttons.js';

const confirmationMs = 1500;

export function makeSpecDetails(run) {
  return el('details',
    el('summary', 'All settings, with every default'),
    el('div.stack',
      el('div.toolbar',
        makeCopyButton('Copy as curl', () => curlCommandFor(run)),
        makeCopyButton('Copy as JSON', () => JSON.stringify(requestFrom(run), null, 2)),
        el('a', { href: addressOf(`api/v1/runs/${run.id}/curve.svg`) }, 'Open the curve as an SVG for a README')),
      el('pre', { tabindex: 0, 'aria-label': 'Settings as a request' }, curlCommandFor(run))));
}

function makeCopyButton(text, makeText) {
  return makeButton(text, async ({ currentTarget: button }) => {
    let result = 'Copied';
    try {
      await navigator.clipboard.writeText(makeText());
    } catch {
      result = 'Could not copy: select it below';
    }
    setText(button, result);
    announce(result);
    setTimeout(() => setText(button, text), confirmationMs);
  });
}
