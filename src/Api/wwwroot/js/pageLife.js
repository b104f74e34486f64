// Ends timers and requests when the reader leaves a page: each page has an AbortSignal, which is aborted then.

/**
 * Returns a function that makes an AbortSignal for each request and aborts the one before, so that only the latest
 * response is shown. The signal is also aborted when the reader leaves the page.
 */
export function makeLatestSignal(pageSignal) {
  let latest = new AbortController();
  return () => {
    latest.abort();
    latest = new AbortController();
    return AbortSignal.any([pageSignal, latest.signal]);
  };
}

/** Returns a debounced function: it runs the action after the delay, unless it is called again or the page is left. */
export function makeTimer(pageSignal) {
  let timer;
  pageSignal.addEventListener('abort', () => clearTimeout(timer));
  return (action, delayMs) => {
    clearTimeout(timer);
    if (!pageSignal.aborted) timer = setTimeout(action, delayMs);
  };
}

// goTo and replaceAddress change the address after the #, unless the reader has left the page: a response that arrives
// late must not take the reader away from another page.

export function goTo(path, pageSignal) {
  if (!pageSignal.aborted) location.hash = path;
}

export function replaceAddress(path, pageSignal) {
  if (!pageSignal.aborted) history.replaceState(null, '', `#${path}`);
}
