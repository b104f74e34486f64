// Builds elements. Text is only ever set as text: nothing that a user wrote can become markup.

const SVG = 'http://www.w3.org/2000/svg';

/** el('a', { href, class, text, on: { click } }, ...children); children may be nodes, texts, lists, or null. */
export function el(name, props = {}, ...children) {
  return fill(document.createElement(name), props, children);
}

export function svg(name, props = {}, ...children) {
  return fill(document.createElementNS(SVG, name), props, children);
}

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'text') element.textContent = value;
    else if (name === 'on') for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...there(children));
  return element;
}

/** Puts children in the place of those that a node has. The node's own replaceChildren() would write what is not there as the word null. */
export const put = (node, ...children) => node.replaceChildren(...there(children));

const there = children => children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false && child !== '');

/** Sets a node's text only if it is another one, so that nothing is repainted in vain. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
  return node;
}

/** Tells a screen reader. */
export function announce(text) {
  document.getElementById('announce').textContent = text;
}

let ids = 0;
export const uid = (prefix = 'id') => `${prefix}-${++ids}`;
