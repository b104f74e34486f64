// Shows the page that the address names, and ends everything that the previous page has started.

import { isAbort } from './api.js';
import { el } from './dom.js';
import { makeErrorNotice } from './parts/notices.js';
import { hideSession, makeSignIn, showSession } from './parts/session.js';
import { findPage } from './router.js';

const main = document.getElementById('main');
let pageShown = new AbortController();
let signIn = null;
let session = loadSession();

async function showPage({ isFirst }) {
  pageShown.abort();
  pageShown = new AbortController();
  const { signal } = pageShown;
  const route = findPage(location.hash);
  markCurrentLink(route?.path);

  const page = el('div.stack');
  try {
    if (!route) throw new Error('This page does not exist.');
    const [{ render }] = await Promise.all([route.load(), session]); // so that nothing appears that the role hides
    if (signal.aborted) return;
    main.replaceChildren(page);
    scrollTo(0, 0);
    await render(page, { id: route.id, query: route.query, signal });
  } catch (failure) {
    if (signal.aborted) return;
    if (!isAbort(failure)) showFailure(page, failure); // a page may abort its own first call for a newer one
  }
  if (signal.aborted) return;

  const heading = page.querySelector('h1');
  document.title = heading ? `${heading.textContent} – Velodrome` : 'Velodrome';
  if (!isFirst && heading && !page.contains(document.activeElement)) moveFocusTo(heading);
}

function loadSession() {
  return showSession().catch(() => {}); // the page's own call reports it
}

function showFailure(page, failure) {
  main.replaceChildren(page);
  page.replaceChildren(
    el('h1', 'Something went wrong'),
    makeErrorNotice(failure),
    el('p', el('a', { href: '#/' }, 'See all runs')));
}

/** Takes the page's place until the reader has signed in. Several calls may ask for a key at once. */
function showSignIn() {
  hideSession();
  if (signIn?.isConnected) return;
  pageShown.abort();
  pageShown = new AbortController();
  signIn = makeSignIn(pageShown.signal, () => {
    session = loadSession();
    return showPage({ isFirst: false });
  });
  main.replaceChildren(signIn);
  document.title = 'Sign in – Velodrome';
  signIn.querySelector('input').focus();
}

function markCurrentLink(path) {
  for (const link of document.querySelectorAll('.site-header nav a')) {
    if (link.hash.slice(1) === path) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

/** The keyboard and a screen reader then start where the page does. */
function moveFocusTo(heading) {
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

document.getElementById('skip').addEventListener('click', event => {
  event.preventDefault();
  main.focus();
});
addEventListener('keyneeded', showSignIn);
addEventListener('hashchange', () => showPage({ isFirst: false }));
await showPage({ isFirst: true });

// The browser needs a tenth of a second to read the chart library: it does so while idle, before a chart needs it.
(window.requestIdleCallback ?? setTimeout)(() => {
  import('./charts/chart.js').then(chart => chart.loadLibrary()).catch(() => {}); // a page with a chart reports it
});
