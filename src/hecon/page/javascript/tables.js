// Tables and the weights of rows; `index` and `values` are arrays of one length, the index rising.

const TABLE_TINY = 1e-9; // ages and times are sums of fractions; a look-up an ulp below a whole number belongs to it

/** How many elements of `index` are at most x. */
function _count_up_to(index, x) {
  let low = 0;
  let high = index.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (index[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The value in the last row whose index is at most x; NaN outside the table (a step beyond its end). */
function look_up(index, values, x) {
  const n = index.length;
  const step = n > 1 ? index[n - 1] - index[n - 2] : 1;
  const at = x + TABLE_TINY;
  return at >= index[0] && at < index[n - 1] + step ? values[_count_up_to(index, at) - 1] : NaN;
}

/** The straight line between the rows around x; NaN outside the table. */
function interpolate(index, values, x) {
  const n = index.length;
  if (!(x >= index[0] && x <= index[n - 1])) return NaN;
  const k = _count_up_to(index, x) - 1;
  if (k === n - 1 || index[k] === x) return values[k];
  return values[k] + (x - index[k]) * ((values[k + 1] - values[k]) / (index[k + 1] - index[k]));
}

/** Survivors to each age of a table of yearly probabilities of death: element k is alive after k years, 1 at k = 0. */
function survivors_of(q) {
  const alive = new Float64Array(q.length + 2);
  alive[0] = 1;
  for (let k = 0; k < q.length; k++) alive[k + 1] = alive[k] * (1 - q[k]);
  return alive; // the last element stays 0: past the last age everyone dies
}

/** Survivors to an age, as a share of those alive at the table's first age; 0 past its last, NaN before its first.
 * `values` is qx per year of age; within a year the hazard is constant. `alive` is survivors_of(values). */
function life_survivors(index, values, age, alive = survivors_of(values)) {
  const since = age - index[0];
  const whole = Math.floor(since + TABLE_TINY);
  if (!(whole >= 0)) return NaN;
  const k = Math.min(whole, values.length + 1);
  const part = since - whole;
  const q = k < values.length ? values[k] : 1;
  return part >= TABLE_TINY ? alive[k] * power(1 - q, part) : alive[k];
}

/** Within-cycle weight of row k of n cycles, 0 outside rows 0 to n (Elbasha, Chhatwal 2016); an unknown method throws. */
function flow_weight(method, k, n) {
  if (k < 0 || k > n) return 0;
  const odd = k % 2 === 1;
  const ends = k === 0 || k === n;
  switch (method) {
    case "start": return k < n ? 1 : 0;
    case "end": return k > 0 ? 1 : 0;
    case "half-cycle": return ends ? 0.5 : 1;
    case "darth-none": return 1;
    case "darth-legacy": return ends ? 1 / 3 : odd ? 2 / 3 : 4 / 3;
    case "simpson": return _simpson_weight(k, n, odd, ends);
    default: throw new Error(`unknown within-cycle method '${method}'`);
  }
}

/** Simpson's weights; an odd number of intervals takes the 3/8 rule on the last three. */
function _simpson_weight(k, n, odd, ends) {
  if (n === 1) return ends ? 0.5 : 0;
  if (n % 2 === 0) return ends ? 1 / 3 : odd ? 4 / 3 : 2 / 3;
  const first = n === 3 || k > n - 3 ? 0 : k === 0 || k === n - 3 ? 1 / 3 : odd ? 4 / 3 : 2 / 3;
  const last = k < n - 3 ? 0 : k === n - 3 || k === n ? 3 / 8 : 9 / 8;
  return first + last;
}
