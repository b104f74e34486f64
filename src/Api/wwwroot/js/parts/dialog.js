// Asks the reader before something is done.

import { el, makeId } from '../dom.js';
import { makeButton } from './buttons.js';

/** Shows a form over the page. Resolves to its values, or to null if the reader closes it or leaves the page. */
export function askInDialog(heading, content, { confirm, isDangerous = false, signal }) {
  return new Promise(resolve => {
    const headingId = makeId('dialog');
    const form = el('form', { method: 'dialog' },
      el('h2', { id: headingId }, heading),
      content,
      el('div.toolbar',
        el('button', { class: isDangerous ? 'danger' : 'primary', value: 'confirmed' }, confirm),
        makeButton('Go back', () => dialog.close())));
    const dialog = el('dialog', { 'aria-labelledby': headingId }, form);
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'confirmed' ? Object.fromEntries(new FormData(form)) : null);
    });
    signal.addEventListener('abort', () => dialog.close());
    document.body.append(dialog);
    dialog.showModal();
  });
}
