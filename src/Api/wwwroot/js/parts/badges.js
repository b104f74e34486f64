// A run's status and verdict as one word.

import { el } from '../dom.js';
import { verdict as named } from '../format.js';

export const status = run => el('span', { class: `status ${run.status}`, text: run.status });

export function verdict(found) {
  if (!found) return el('span', { class: 'muted', text: '–' });
  const [text, kind] = named(found.code ?? found);
  return [el('span', { class: `badge ${kind} ${found.provisional ? 'provisional' : ''}`, text }), found.provisional && el('span', { class: 'sub', text: ' so far' })];
}
