// Boxes that say what is wrong, or what to know.

import { el } from '../dom.js';

/** What the service refused, or what broke. */
export function trouble(failure) {
  const rest = (failure.errors ?? []).slice(1);
  return el('div', { class: 'notice bad', role: 'alert' }, el('p', { text: failure.message }),
    rest.length > 0 && el('ul', {}, rest.map(error => el('li', { text: error.message }))));
}

export const note = (kind, ...children) => el('div', { class: `notice ${kind}` }, ...children);
