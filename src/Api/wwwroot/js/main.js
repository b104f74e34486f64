// Shows the page that the address names, and ends what the page before had going.

import { el } from './dom.js';
import { find } from './router.js';
import { trouble } from './parts/notice.js';

const main = document.getElementById('main');
let leaving = new AbortController();

async function show(first) {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const route = find(location.hash);
  for (const link of document.querySelectorAll('.top nav a')) {
    const current = link.hash.replace('#', '') === (route?.path ?? '');
    if (current) link.setAttribute('aria-current', 'page'); else link.removeAttribute('aria-current');
  }
  const page = el('div', { class: 'stack' });
  try {
    if (!route) throw new Error('There is no such page.');
    const { render } = await route.load();
    if (signal.aborted) return;
    main.replaceChildren(page);
    scrollTo(0, 0);
    await render(page, { id: route.id, query: route.query, signal });
  } catch (failure) {
    if (signal.aborted || failure.name === 'AbortError') return;
    main.replaceChildren(page);
    page.replaceChildren(el('h1', { text: 'That did not work' }), trouble(failure), el('p', {}, el('a', { href: '#/', text: 'All runs' })));
  }
  if (signal.aborted) return;
  const heading = page.querySelector('h1');
  document.title = heading ? `${heading.textContent} – Velodrome` : 'Velodrome';
  if (!first && heading && !page.contains(document.activeElement)) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true }); // so that a keyboard and a screen reader begin where the page does
  }
}

document.getElementById('skip').addEventListener('click', event => { event.preventDefault(); main.focus(); });
addEventListener('hashchange', () => show(false));
await show(true);

// The charts' library takes a tenth of a second to read: it does so while nobody waits for a frame, not when the first chart is drawn.
(window.requestIdleCallback ?? setTimeout)(() => import('./charts.js').then(({ library }) => library()).catch(() => {}));
