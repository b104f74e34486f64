// Going to another address after the #, from within a page.

export const go = path => { location.hash = path; };

/** Changes the address without loading the page anew. */
export const replace = path => history.replaceState(null, '', `#${path}`);
