// The checkboxes of the form: which columns are features.

import { el } from '../dom.js';
import { makeFieldError } from './field.js';

export function makeFeatureChoice(columns, selected) {
  const error = makeFieldError();
  const boxes = columns.map(column =>
    el('input', { type: 'checkbox', value: column, checked: selected ? selected.includes(column) : true }));
  const element = el('fieldset.stack', { 'aria-describedby': error.id },
    el('legend.visually-hidden', 'Features'),
    el('div.fields', boxes.map(box => el('label.checkbox-label', box, box.value))),
    error.element);
  return {
    path: 'features',
    element,
    input: boxes[0] ?? element,
    showError: text => error.show(text),
    /** All checked is the service's own default, which also leaves out columns of groups and weights. */
    read() {
      const checked = boxes.filter(box => box.checked).map(box => box.value);
      return checked.length === boxes.length && !selected ? undefined : checked;
    },
  };
}
