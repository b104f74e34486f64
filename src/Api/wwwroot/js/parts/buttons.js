// Buttons: plain, on or off, or with an action that calls the service. Forms that call an action.

import { el } from '../dom.js';

export function makeButton(text, onClick, props) {
  return el('button', { type: 'button', ...props, on: { click: onClick } }, text);
}

export function makeToggle(text, options, name, onChange) {
  const toggle = event => {
    options[name] = !options[name];
    event.currentTarget.setAttribute('aria-pressed', options[name]);
    onChange();
  };
  return makeButton(text, toggle, { 'aria-pressed': `${options[name]}` });
}

export function makeActionButton(text, action, errorBox, props) {
  return makeButton(text, event => runAction(event.currentTarget, action, errorBox), props);
}

/** Runs an action, and shows its failure. Until it ends, further clicks do nothing. */
export async function runAction(button, action, errorBox) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  await errorBox.attempt(action);
  button.removeAttribute('aria-disabled');
}

/** Creates a form that calls an action instead of leaving the page. */
export function makeForm(selector, { onSubmit, on, ...props }, ...children) {
  const submit = event => {
    event.preventDefault();
    onSubmit?.();
  };
  return el(selector, { novalidate: true, ...props, on: { ...on, submit } }, ...children);
}
