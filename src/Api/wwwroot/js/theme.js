// Light or dark: the reader's choice, or else the system's. Not a module, so that it runs before the first paint.
(() => {
  const page = document.documentElement;
  const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
  let choice = null;
  // Where the browser blocks localStorage, using it throws. A choice then lasts until the page is loaded again.
  try { choice = localStorage.getItem('theme'); } catch { /* none is kept */ }

  function applyTheme() {
    page.dataset.theme = choice ?? (systemIsDark.matches ? 'dark' : 'light');
    dispatchEvent(new Event('themechange'));
  }

  function switchTheme() {
    choice = page.dataset.theme === 'dark' ? 'light' : 'dark';
    try { localStorage.setItem('theme', choice); } catch { /* it is not kept */ }
    applyTheme();
  }

  applyTheme();
  systemIsDark.addEventListener('change', applyTheme);
  addEventListener('DOMContentLoaded', () => document.getElementById('theme').addEventListener('click', switchTheme));
})();
