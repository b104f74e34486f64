// The epochs of a run as they arrive, thinned to the number of points that a chart can show.

export class EpochHistory {
  epochs = [];

  get last() { return this.epochs.at(-1)?.epoch ?? -1; }

  /** Appends epochs, which are in order, and leaves out those that it already has. */
  append(epochs) {
    const { last } = this;
    this.epochs.push(...epochs.filter(({ epoch }) => epoch > last));
  }

  /**
   * Returns about maxPoints points [epoch, value] of one curve. Of each stretch of a long curve, the lowest and the
   * highest value stay: a spike is shown however narrow it is.
   */
  thin(name, maxPoints, from = 0) {
    const points = this.epochs.slice(from).map(item => [item.epoch, item[name]]);
    const { length } = points;
    if (length <= maxPoints) return points;

    const stretches = Math.floor(maxPoints / 2);
    const kept = [];
    for (let stretch = 0; stretch < stretches; stretch++) {
      const start = Math.floor(length * stretch / stretches), end = Math.floor(length * (stretch + 1) / stretches);
      kept.push(...findExtremes(points.slice(start, end)));
    }
    if (kept.at(-1) !== points.at(-1)) kept.push(points.at(-1));
    return kept;
  }
}

/** Returns the points with the lowest and the highest value, in order. A gap (null) stays a gap. */
function findExtremes(points) {
  let low = 0, high = 0;
  for (let index = 0; index < points.length; index++) {
    const value = points[index][1];
    if (value === null) return [points[index]];
    if (value < points[low][1]) low = index;
    if (value > points[high][1]) high = index;
  }
  return [...new Set([points[Math.min(low, high)], points[Math.max(low, high)]])];
}

/** Returns the exponential moving average of a curve: 0.9 of the average before and 0.1 of each new value. */
export function smooth(points) {
  let mean = null;
  return points.map(([epoch, value]) => {
    if (value === null) return [epoch, null];
    mean = mean === null ? value : .9 * mean + .1 * value;
    return [epoch, mean];
  });
}
