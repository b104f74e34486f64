// Numbers, times and names as people read them.

const digits = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const whole = new Intl.NumberFormat('en');
let when; // made when the first date is shown: it takes longer than a frame, and the first page has none

export const count = value => whole.format(value);

export function number(value) {
  if (value === null || value === undefined) return '–';
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e7 || size < 1e-4) ? value.toExponential(2).replace(/\.?0*e\+?/, 'e') : digits.format(value);
}

/** As many digits as tell values apart that lie so far from each other. */
export function fine(value, width) {
  if (!(width > 0)) return number(value);
  const decimals = 2 - Math.floor(Math.log10(width)), shown = Math.max(0, decimals), unit = 10 ** Math.max(0, -decimals);
  return decimals > 8 || Math.abs(value) >= 1e9 ? number(value) : new Intl.NumberFormat('en', { minimumFractionDigits: shown, maximumFractionDigits: shown }).format(Math.round(value / unit) * unit);
}

export const percent = (share, places = 0) => share === null || share === undefined ? '–' : `${(100 * share).toFixed(places)}%`;
export const date = text => (when ??= new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' })).format(new Date(text));
export const plural = (amount, thing) => `${count(amount)} ${thing}${amount === 1 ? '' : 's'}`;

export function duration(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 1) return `${Math.ceil(1000 * seconds)}\u00a0ms`;
  if (seconds < 10) return `${seconds.toFixed(1)}\u00a0s`;
  if (seconds < 60) return `${Math.round(seconds)}\u00a0s`;
  if (seconds < 600) return `${Math.floor(seconds / 60)}\u00a0min ${Math.floor(seconds % 60)}\u00a0s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)}\u00a0min`;
  return `${Math.floor(seconds / 3600)}\u00a0h ${Math.floor(seconds % 3600 / 60)}\u00a0min`;
}

/** Seconds that a run has trained, until now if it still does. */
export const trained = run => run.startedAt ? Math.max(0, ((run.finishedAt ? Date.parse(run.finishedAt) : Date.now()) - Date.parse(run.startedAt)) / 1000) : null;

/** patienceFrom -> patience from */
export const words = camel => camel.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
export const title = camel => words(camel).replace(/^./, first => first.toUpperCase());

export const verdicts = {
  healthy: ['healthy', 'good'], overfitting: ['overfitting', 'bad'], notLearning: ['not learning', 'bad'], diverged: ['diverged', 'bad'],
  stoppedTooEarly: ['stopped too early', 'warn'], inconclusive: ['inconclusive', ''],
};
export const verdict = code => verdicts[code] ?? [words(code), ''];
