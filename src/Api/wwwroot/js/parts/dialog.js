// Asks before something is done.

import { el, uid } from '../dom.js';

/** Shows a form over the page; resolves to what its fields hold, or to null when it is left. */
export function ask(heading, content, { yes, danger = false }) {
  return new Promise(resolve => {
    const id = uid('dialog');
    const form = el('form', { method: 'dialog' }, el('h2', { id, text: heading }), content, el('div', { class: 'bar' },
      el('button', { class: danger ? 'danger' : 'main', value: 'yes', text: yes }), el('button', { type: 'button', text: 'Not now', on: { click: () => dialog.close() } })));
    const dialog = el('dialog', { 'aria-labelledby': id }, form);
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes' ? Object.fromEntries(new FormData(form)) : null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
