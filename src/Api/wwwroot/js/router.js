// The addresses after the #, and the page that each one opens.

const pages = [
  [/^\/$/, () => import('./pages/runs.js')],
  [/^\/runs\/(\d+)$/, () => import('./pages/run.js')],
  [/^\/runs\/(\d+)\/predict$/, () => import('./pages/predict.js')],
  [/^\/compare$/, () => import('./pages/compare.js')],
  [/^\/new$/, () => import('./pages/newRun.js')],
  [/^\/lesson$/, () => import('./pages/lesson.js')],
];

export function findPage(hash) {
  const [path, search = ''] = (hash.replace(/^#/, '') || '/').split('?');
  for (const [pattern, load] of pages) {
    const match = pattern.exec(path);
    if (match) return { path, load, id: match[1] ? Number(match[1]) : null, query: new URLSearchParams(search) };
  }
  return null;
}
