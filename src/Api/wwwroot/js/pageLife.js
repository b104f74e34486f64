// What ends when a page is left. A page's signal is aborted then.

/**
 * Returns a function that gives each request its signal. It is aborted when the page is left and when the next request
 * begins, so that only the latest answer is shown, whatever the order in which answers arrive.
 */
export function makeLatestSignal(pageSignal) {
  let latest = new AbortController();
  return () => {
    latest.abort();
    latest = new AbortController();
    return AbortSignal.any([pageSignal, latest.signal]);
  };
}

/** Returns a function that calls an action after a delay, unless it is called again before or the page is left. */
export function makeTimer(pageSignal) {
  let timer;
  pageSignal.addEventListener('abort', () => clearTimeout(timer));
  return (action, delayMs) => {
    clearTimeout(timer);
    if (!pageSignal.aborted) timer = setTimeout(action, delayMs);
  };
}

// The next two change the address after the #. A late answer must not move the reader away from another page.

export function goTo(path, pageSignal) {
  if (!pageSignal.aborted) location.hash = path;
}

export function replaceAddress(path, pageSignal) {
  if (!pageSignal.aborted) history.replaceState(null, '', `#${path}`);
}
