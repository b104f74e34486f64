// Who is signed in, and the form to sign in with a key. A service that needs no key shows neither.

import { askForKey, get, remove, signIn } from '../api.js';
import { announce, el, makeId, setChildren } from '../dom.js';
import { makeButton, makeForm, runAction } from './buttons.js';
import { makeErrorBox } from './notices.js';

const host = document.getElementById('session');

const allowed = {
  read: 'This key may look at everything and predict.',
  write: 'This key may also upload tables and train, cancel and delete runs. The queue and keys need the role admin.',
  admin: 'This key may do everything.',
};

/** Shows in the header whose key this is. The style sheet then hides what its role does not allow. */
export async function showSession() {
  const { open, name, role } = await get('/session');
  hideSession();
  if (open) return;
  document.documentElement.dataset.role = role;
  setChildren(host,
    el('span', { title: allowed[role] }, `${name} (${role})`), makeButton('Sign out', signOut, { class: 'quiet' }));
}

export function hideSession() {
  delete document.documentElement.dataset.role;
  host.replaceChildren();
}

function signOut() {
  return remove('/session').then(askForKey, failure => announce(failure.message));
}

/** @param onSignedIn is called once the service has accepted the key */
export function makeSignIn(signal, onSignedIn) {
  const id = makeId('key');
  const input = el('input', { id, type: 'password', autocomplete: 'current-password' });
  const errorBox = makeErrorBox(signal);
  const button = el('button.primary', 'Sign in');
  const submit = async () => {
    await signIn(input.value.trim());
    await onSignedIn();
  };
  return el('div.stack',
    el('h1', 'Sign in'),
    errorBox.element,
    makeForm('form.card.stack', { 'aria-label': 'Sign in', onSubmit: () => runAction(button, submit, errorBox) },
      el('div.field',
        el('label', { for: id }, 'Key'),
        input,
        el('p.help', 'It begins with vd_. An administrator of this service makes keys, each with a role: '
          + 'read, write or admin.')),
      el('div.toolbar', button)));
}
