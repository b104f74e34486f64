// Boxes with an error, a warning or a hint.

import { isAbort } from '../api.js';
import { el } from '../dom.js';

/** @param kind bad, warn, accent, or empty for a neutral one */
export const makeNotice = (kind, ...children) => el('div', { class: `notice ${kind}` }, ...children);

export const makeList = texts => el('ul', texts.map(text => el('li', text)));

/** Says why the page lacks something. The style sheet shows it only to those whose key has the role read. */
export const makeReaderNotice = action =>
  el('p.notice.for-readers', `Your key has the role read. ${action}, sign in with a key that has the role write.`);

export function makeErrorNotice({ message, errors = [] }) {
  const furtherErrors = errors.slice(1); // the message is that of the first one
  return el('div.notice.bad', { role: 'alert' },
    el('p', message),
    furtherErrors.length > 0 && makeList(furtherErrors.map(error => error.message)));
}

/** Creates a place for one error at a time. It shows nothing for a call that was aborted. */
export function makeErrorBox(pageSignal) {
  const element = el('div.error-box');
  const clear = () => element.replaceChildren();

  function show(failure) {
    if (!pageSignal.aborted && !isAbort(failure)) element.replaceChildren(makeErrorNotice(failure));
  }

  /** Runs an action and shows its failure. Returns what the action returns. */
  async function attempt(action) {
    clear();
    try {
      return await action();
    } catch (failure) {
      show(failure);
      return undefined;
    }
  }

  return { element, attempt, clear, show, isEmpty: () => !element.hasChildNodes() };
}
