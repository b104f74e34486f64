// A bar for a file that is sent and imported.

import { el, setText } from '../dom.js';
import { countOf } from '../format.js';

/** A small file is stored before the bar would appear. */
const delayMs = 500;

const descriptions = {
  sending: ({ fraction }) => fraction === 1 ? 'The file is sent' : 'Sending the file',
  reading: ({ rows }) => rows > 0 ? `Reading: ${countOf(rows, 'row')}` : 'Reading the file',
  profiling: () => 'Profiling the columns',
  storing: ({ rows }) => `Storing ${countOf(rows, 'row')}`,
};

export function makeUploadProgress() {
  const bar = el('progress', { max: 1, 'aria-label': 'Upload' });
  const text = el('span.detail');
  const element = el('div.toolbar', { hidden: true }, bar, text);
  let startedAt;

  /** @param state what is done now: { status, fraction, rows } */
  function show(state) {
    element.hidden = performance.now() < startedAt + delayMs;
    // Without a value, the bar shows that the service works and how long is not known.
    if (state.fraction === null || state.fraction === 1) bar.removeAttribute('value');
    else bar.value = state.fraction;
    setText(text, descriptions[state.status]?.(state) ?? '');
  }

  /** Shows the bar while an upload runs. The upload gets a function for what is done now. */
  async function during(upload) {
    startedAt = performance.now();
    try {
      return await upload(show);
    } finally {
      element.hidden = true;
    }
  }

  return { element, during };
}
