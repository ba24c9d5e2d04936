/** Decide: means over draws with their intervals, and ties of net benefit; estimate.py and ties.py, summed in numpy's order. */
(() => {
  "use strict";

  const TOLERANCE = 1e-9; // relative; nearer than this is equal

  /** The sum of values[from .. to), in numpy's pairwise order, so that means are the same to the last bit. */
  function sum(values, from = 0, to = values.length) {
    const n = to - from;
    if (n < 8) {
      let total = 0;
      for (let k = from; k < to; k++) total += values[k];
      return total;
    }
    if (n > 128) {
      const half = (n >> 1) - ((n >> 1) % 8);
      return sum(values, from, from + half) + sum(values, from + half, to);
    }
    let [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map((j) => values[from + j]);
    const end = to - (n % 8);
    for (let k = from + 8; k < end; k += 8) {
      a += values[k];
      b += values[k + 1];
      c += values[k + 2];
      d += values[k + 3];
      e += values[k + 4];
      f += values[k + 5];
      g += values[k + 6];
      h += values[k + 7];
    }
    let total = a + b + (c + d) + (e + f + (g + h));
    for (let k = end; k < to; k++) total += values[k];
    return total;
  }

  /** The mean of values[from .. to). */
  function mean(values, from = 0, to = values.length) {
    return sum(values, from, to) / (to - from);
  }

  /** Quantile q of sorted values, straight between neighbours. */
  function quantile(sorted, q) {
    const at = (sorted.length - 1) * q;
    const low = Math.floor(at);
    const a = sorted[low];
    const b = sorted[Math.min(low + 1, sorted.length - 1)];
    const t = at - low;
    return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
  }

  /**
   * The mean of draws; of several draws also their 2.5 and 97.5 percentiles and the standard error of the mean.
   * @param {ArrayLike<number>} values (draw,)
   * @returns {{mean: number, low: ?number, high: ?number, se: ?number}}
   */
  function estimate(values) {
    const n = values.length;
    if (n === 1) return { mean: values[0], low: null, high: null, se: null };
    const middle = mean(values);
    const squares = new Float64Array(n);
    for (let d = 0; d < n; d++) squares[d] = (values[d] - middle) * (values[d] - middle);
    const sorted = Float64Array.from(values).sort();
    const known = !Number.isNaN(middle);
    return {
      mean: middle, low: known ? quantile(sorted, 0.025) : NaN, high: known ? quantile(sorted, 0.975) : NaN,
      se: Math.sqrt(sum(squares) / (n - 1)) / Math.sqrt(n),
    };
  }

  /** An estimate in print, with its interval where it has one: "1,234 (1,000 to 1,500)". */
  function estimate_text(found, decimals) {
    const middle = Decide.quantity(found.mean, decimals);
    if (found.low === null || Number.isNaN(found.mean)) return middle;
    return `${middle} (${Decide.quantity(found.low, decimals)} to ${Decide.quantity(found.high, decimals)})`;
  }

  /** The draws of strategy k of a flat array [s * n + d]. */
  function of_strategy(values, n, k) {
    return values.slice(k * n, (k + 1) * n);
  }

  /** Strategy k less another, (draw,). */
  function difference(values, n, k, other) {
    const found = new Float64Array(n);
    for (let d = 0; d < n; d++) found[d] = values[k * n + d] - values[other * n + d];
    return found;
  }

  /** Means [S] of a flat array [s * n + d]. */
  function means(values, n) {
    return Array.from({ length: values.length / n }, (_, k) => mean(values, k * n, (k + 1) * n));
  }

  /** The largest size; NaN where one value is not a number. */
  function largest(values) {
    let found = 0;
    for (const value of values) {
      const size = Math.abs(value);
      if (!(size <= found)) found = size;
      if (Number.isNaN(found)) return NaN;
    }
    return found;
  }

  /** How far apart two net benefits may be and still tie: 1e-9 of the largest cost plus wtp times the largest effect. */
  function tie_within(cost, effect, wtp) {
    return TOLERANCE * (largest(cost) + wtp * largest(effect));
  }

  /** Net monetary benefit wtp * effect - cost, [s * n + d]. */
  function nmb(cost, effect, wtp) {
    const net = new Float64Array(cost.length);
    for (let k = 0; k < net.length; k++) net[k] = wtp * effect[k] - cost[k];
    return net;
  }

  /** Which strategies have the highest of some net benefits [S], or one that ties with it. */
  function tied(net, within) {
    const most = Math.max(...net);
    return Array.from(net, (value) => value >= most - within);
  }

  /** The highest of the strategies in each draw, (draw,); NaN where one is withheld. */
  function highest(net, n) {
    const most = net.slice(0, n);
    for (let k = 1; k < net.length / n; k++) {
      for (let d = 0; d < n; d++) {
        const value = net[k * n + d];
        if (value > most[d] || Number.isNaN(value)) most[d] = value; // nothing is above NaN, so it stays
      }
    }
    return most;
  }

  /**
   * Share of draws in which each strategy is best, tied ones sharing each equally.
   * @param {Float64Array} net [s * n + d]
   * @param {number} n draws
   * @param {number} within what ties
   * @returns {number[]} [S], adding up to 1; NaN where net benefit is withheld
   */
  function shares(net, n, within) {
    const strategies = net.length / n;
    const most = highest(net, n);
    if (most.some(Number.isNaN)) return new Array(strategies).fill(NaN);
    const found = new Float64Array(strategies);
    const count = new Uint16Array(n);
    for (let k = 0; k < strategies; k++) for (let d = 0; d < n; d++) if (net[k * n + d] >= most[d] - within) count[d] += 1;
    for (let k = 0; k < strategies; k++) {
      for (let d = 0; d < n; d++) if (net[k * n + d] >= most[d] - within) found[k] += 1 / count[d];
    }
    return Array.from(found, (value) => value / n);
  }

  Object.assign(Decide, {
    TOLERANCE, sum, mean, means, quantile, estimate, estimate_text, of_strategy, difference, largest, tie_within, nmb, tied,
    highest, shares,
  });
})();
