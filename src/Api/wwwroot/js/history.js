// A run's epochs as they come, and few enough of them to draw.

export class History {
  epoch = []; train = []; validation = []; rate = [];

  get length() { return this.epoch.length; }
  get last() { return this.epoch.at(-1) ?? -1; }

  /** Takes in epochs in order; what is known already is left out. */
  add(epochs) {
    for (const one of epochs) {
      if (one.epoch <= this.last) continue;
      this.epoch.push(one.epoch);
      this.train.push(one.trainLoss);
      this.validation.push(one.validationLoss);
      this.rate.push(one.learningRate);
    }
  }

  /**
   * Points [epoch, value] of one curve: at most about so many, and of every stretch the lowest and the highest, so that a
   * spike is drawn however narrow it is.
   */
  points(name, most, from = 0) {
    const values = this[name], length = values.length - from;
    if (length <= most) return values.slice(from).map((value, at) => [this.epoch[from + at], value]);
    const stretches = Math.floor(most / 2), points = [];
    for (let stretch = 0; stretch < stretches; stretch++) {
      const begin = from + Math.floor(length * stretch / stretches), end = from + Math.floor(length * (stretch + 1) / stretches);
      let low = begin, high = begin;
      for (let at = begin; at < end; at++) {
        if (values[at] === null) { low = high = at; break; } // a gap stays a gap
        if (values[at] < values[low]) low = at;
        if (values[at] > values[high]) high = at;
      }
      for (const at of low < high ? [low, high] : high < low ? [high, low] : [low]) points.push([this.epoch[at], values[at]]);
    }
    const end = values.length - 1;
    if (points.at(-1)[0] !== this.epoch[end]) points.push([this.epoch[end], values[end]]);
    return points;
  }
}

/** Averages that forget: each point is nine parts what came before. */
export function smooth(points) {
  let mean = null;
  return points.map(([epoch, value]) => {
    if (value === null) return [epoch, null];
    mean = mean === null ? value : .9 * mean + .1 * value;
    return [epoch, mean];
  });
}
