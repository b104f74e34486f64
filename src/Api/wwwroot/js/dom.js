// Builds elements. Text is only ever set as text, so nothing that a user wrote can become markup.

const svgNamespace = 'http://www.w3.org/2000/svg';

/**
 * el('a.button.primary', { href, on: { click } }, ...children). The properties can be left out. Children are nodes,
 * strings or lists of them; null, false and empty strings are ignored.
 */
export function el(selector, ...content) {
  const [name, ...classes] = selector.split('.');
  return fill(document.createElement(name), classes, content);
}

export function svg(selector, ...content) {
  const [name, ...classes] = selector.split('.');
  return fill(document.createElementNS(svgNamespace, name), classes, content);
}

function fill(element, classes, content) {
  element.classList.add(...classes);
  const hasProps = content[0]?.constructor === Object;
  if (hasProps) setProps(element, content[0]);
  element.append(...keepPresent(hasProps ? content.slice(1) : content));
  return element;
}

function setProps(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'on') Object.entries(value).forEach(([event, listener]) => element.addEventListener(event, listener));
    else if (name === 'class') element.classList.add(...value.split(' ').filter(Boolean));
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
}

const keepPresent = children => children.flat(Infinity)
  .filter(child => child !== null && child !== undefined && child !== false && child !== '');

/** The node's own replaceChildren() would write null as text. */
export function setChildren(node, ...children) {
  node.replaceChildren(...keepPresent(children));
}

/** Changes nothing if the text is the same, so that nothing is repainted without need. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Announces text to screen readers. */
export function announce(text) {
  document.getElementById('announcement').textContent = text;
}

let lastId = 0;

export function makeId(prefix) {
  return `${prefix}-${++lastId}`;
}
