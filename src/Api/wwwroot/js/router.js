// Addresses after the #: which page they name, and with what.

const pages = [
  [/^\/$/, () => import('./pages/runs.js')],
  [/^\/runs\/(\d+)$/, () => import('./pages/run.js')],
  [/^\/runs\/(\d+)\/predict$/, () => import('./pages/predict.js')],
  [/^\/compare$/, () => import('./pages/compare.js')],
  [/^\/new$/, () => import('./pages/newRun.js')],
  [/^\/lesson$/, () => import('./pages/lesson.js')],
];

/** The page that an address names, with its number and its query. */
export function find(hash) {
  const [path, search = ''] = (hash.replace(/^#/, '') || '/').split('?');
  for (const [pattern, load] of pages) {
    const found = pattern.exec(path);
    if (found) return { path, load, id: found[1] ? Number(found[1]) : null, query: new URLSearchParams(search) };
  }
  return null;
}
