// Writes numbers, times and names for people.

const fourDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const wholeNumber = new Intl.NumberFormat('en');
let dateAndTime; // created with the first date: that takes longer than a frame, and the first page shows no date

export const formatCount = value => wholeNumber.format(value);

export function formatNumber(value) {
  if (value === null || value === undefined) return '–';
  const size = Math.abs(value);
  const needsExponent = size !== 0 && (size >= 1e7 || size < 1e-4);
  return needsExponent ? value.toExponential(2).replace(/\.?0*e\+?/, 'e') : fourDigits.format(value);
}

/** Writes a value with as many digits as matter next to an interval of this width. */
export function formatToWidth(value, width) {
  if (!(width > 0)) return formatNumber(value);
  const decimals = 2 - Math.floor(Math.log10(width));
  if (decimals > 8 || Math.abs(value) >= 1e9) return formatNumber(value);
  const digits = Math.max(0, decimals);
  const rounded = decimals < 0 ? Math.round(value * 10 ** decimals) / 10 ** decimals : value;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: 'negative' };
  return new Intl.NumberFormat('en', options).format(rounded);
}

/** Rounds a value to the digits that matter in a range of this width. */
export function roundToWidth(value, width) {
  const decimals = 3 - Math.floor(Math.log10(width));
  if (!(width > 0) || decimals > 100) return value;
  return decimals < 0 ? Math.round(value * 10 ** decimals) / 10 ** decimals : Number(value.toFixed(decimals));
}

export function formatPercent(share, decimals = 0) {
  return share === null || share === undefined ? '–' : `${(100 * share).toFixed(decimals)}%`;
}

export function formatDate(text) {
  dateAndTime ??= new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });
  return dateAndTime.format(new Date(text));
}

export function formatDuration(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 1) return `${Math.ceil(1000 * seconds)}\u00a0ms`;
  if (seconds < 10) return `${seconds.toFixed(1)}\u00a0s`;
  if (seconds < 60) return `${Math.round(seconds)}\u00a0s`;
  if (seconds < 600) return `${Math.floor(seconds / 60)}\u00a0min ${Math.floor(seconds % 60)}\u00a0s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)}\u00a0min`;
  return `${Math.floor(seconds / 3600)}\u00a0h ${Math.floor(seconds % 3600 / 60)}\u00a0min`;
}

export const countOf = (amount, noun) => `${formatCount(amount)} ${noun}${amount === 1 ? '' : 's'}`;

/** minDelta -> min delta */
export const splitCamelCase = name => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
export const toTitle = name => splitCamelCase(name).replace(/^./, first => first.toUpperCase());
