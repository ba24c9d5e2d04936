// What a printed model calls beside the primitives: its memory, whole rows, looks at single rows, amounts by year, refusals.

const S = new Float64Array(SCALARS); // numbers by node
const A = [];
const N = [];
const PER_YEAR = [];
let X = new Float64Array(INPUTS.length);
let horizon_years = null;
let refused = []; // of the last evaluation
let prepared_of = null; // the inputs of which what no draw touches is at hand
let looked_at = null; // the inputs of which all that is looked at is at hand
let refused_before = []; // of what `prepare` computed, which holds for every evaluation after it
const totals = new Float64Array(STRATEGIES.length * ITEMS.length);
const quantities = new Float64Array(PRICES.length * STRATEGIES.length);

/** The horizon in years, or more than any where the reader has set none. */
function horizon() { return horizon_years === null ? 1e9 : horizon_years; }

/** Set the horizon in years (null: each structure's own) and make room for so many rows. */
function set_horizon(years) {
  for (const [clock, per_year, cycles] of CLOCKS) {
    const n = years === null ? cycles : Math.round(years * per_year);
    if (!(n >= 1) || (years !== null && Math.abs(n - years * per_year) > 1e-6)) {
      throw new Error(`a horizon of ${years} years is not a whole number of cycles`);
    }
    PER_YEAR[clock] = per_year;
    N[clock] = n;
  }
  horizon_years = years;
  prepared_of = null;
  looked_at = null;
  for (const [node, clock] of ARRAYS) A[node] = new Float64Array(N[clock] + 2);
}

/** Room for one value per tunnel. */
function tunnels(node, length) { return A[node] || (A[node] = new Float64Array(length)); }

/** The numbers of the rows. */
function row_numbers(n) { return Float64Array.from({ length: n + 2 }, (_, k) => k); }

const room = []; // arrays that are used again, by place and length

/** An array of n + 2 rows that is used again by the next call for the same place. */
function room_of(place, n) {
  const key = 4 * n + place;
  return room[key] || (room[key] = new Float64Array(n + 2));
}

/** A value in all rows: an array, or a number that is the same in all, in a room that is used again. */
function all_rows(x, n, place) { return typeof x === "number" ? room_of(place, n).fill(x) : x; }

/** Running sums: what the rows before each row, and before the row after the last, add up to. */
function cumulative(out, x, n) {
  const whole = all_rows(x, n, 0);
  out[0] = 0;
  for (let k = 0; k <= n; k++) out[k + 1] = out[k] + whole[k];
}

/** Time spent in the interval of each row, discounted, from occupancy and discount factors (both per row). */
function time_in(out, occupied, factor, method, each_end, n) {
  const x = all_rows(occupied, n, 0), f = all_rows(factor, n, 1);
  if (method === "half-cycle" && each_end) {
    for (let k = 0; k < n; k++) out[k] = 0.5 * (x[k] * f[k] + x[k + 1] * f[k + 1]);
    out[n] = 0;
    return;
  }
  let y = x;
  if (each_end) {
    y = room_of(2, n);
    for (let k = 0; k <= n; k++) y[k] = x[k] * f[k];
  }
  between_rows(out, y, method, n);
  if (!each_end) for (let k = 0; k <= n; k++) out[k] *= f[k];
}

/** What lies between each row and the next, by the within-cycle method. */
function between_rows(out, x, method, n) {
  out[n] = 0;
  if (method === "start") for (let k = 0; k < n; k++) out[k] = x[k];
  else if (method === "end") for (let k = 0; k < n; k++) out[k] = x[k + 1];
  else if (method === "half-cycle") for (let k = 0; k < n; k++) out[k] = 0.5 * (x[k] + x[k + 1]);
  else if (method === "simpson") simpson(out, x, n);
  else for (let k = 0; k <= n; k++) out[k] = x[k] * flow_weight(method, k, n);
}

/** Intervals in pairs, by the parabola through three rows; for an odd number the last three by the cubic through four. */
function simpson(out, x, n) {
  if (n === 1) { out[0] = 0.5 * (x[0] + x[1]); return; }
  const pairs = n % 2 === 0 ? n : n - 3;
  for (let k = 0; k < pairs; k += 2) {
    const a = x[k], b = x[k + 1], c = x[k + 2];
    out[k] = (5 * a + 8 * b - c) / 12;
    out[k + 1] = (8 * b - a + 5 * c) / 12;
  }
  if (pairs < n) {
    const p = x[pairs], q = x[pairs + 1], r = x[pairs + 2], s = x[pairs + 3];
    out[pairs] = (9 * p + 19 * q - 5 * r + s) / 24;
    out[pairs + 1] = (13 * (q + r) - p - s) / 24;
    out[pairs + 2] = (p - 5 * q + 19 * r + 9 * s) / 24;
  }
}

/** The same from what both ends of each interval hold, added up over tunnels with their amounts. */
function tunnel_time(out, at_start, at_end, factor, method, each_end, n) {
  const x = all_rows(at_start, n, 0), y = all_rows(at_end, n, 1), f = all_rows(factor, n, 2);
  const legacy = method.startsWith("darth");
  for (let k = 0; k <= n; k++) {
    const start = x[k] * f[k], end = y[k] * f[each_end ? k + 1 : k];
    if (legacy) out[k] = start * flow_weight(method, k, n);
    else out[k] = method === "start" ? start : method === "end" ? end : 0.5 * (start + end);
  }
  if (!legacy) out[n] = 0;
}

/** Amounts of an interval over the tunnels at its end; who started the model there has that of the interval's start. */
function reached(there, amount, row) {
  let total = 0;
  for (let j = 0; j < there.length; j++) total += there[j] * amount[j];
  if (row + 1 < there.length) total += there[row + 1] * (amount[row] - amount[row + 1]);
  return total;
}

/** The value at a time in years; beyond the horizon none (NaN) or, of what is paid then, nothing (0). */
function at(x, years, clock, between, beyond) {
  const n = N[clock], row = years * PER_YEAR[clock], whole = Math.round(row);
  if (row > n + 1e-9) return beyond === "nothing" ? 0 : NaN;
  const value = (k) => (typeof x === "number" ? x : x[k]);
  if (Math.abs(row - whole) <= 1e-9) return value(whole);
  if (!(row > -1e-9) || between !== "interpolate") return NaN;
  const k = Math.floor(row), share = row - k;
  return (1 - share) * value(k) + share * value(k + 1);
}

/** Survivors to an age of those alive at a table's first age; the hazard is constant within a year of age. */
function life_survivors_in([first, alive, q], age) {
  const whole = Math.floor(age - first + 1e-9);
  if (!(whole >= 0)) return NaN;
  let part = Math.max(age - first - whole, 0);
  if (part < 1e-9) part = 0;
  const k = Math.min(whole, q.length);
  return alive[k] * (part > 0 ? Math.pow(1 - q[Math.min(k, q.length - 1)], part) : 1);
}

/** The value in the last row of a table whose index is at most x; none outside. */
function lookup_in([index, values], x) { return look_up(index, values, x); }

/** The straight line between the rows of a table around x; none outside. */
function interp_in([index, values], x) { return interpolate(index, values, x); }

/** Whether a number is none because an input is none, as one that is withheld: that is no fault. */
function absent(x) { return Number.isNaN(x) && X.some(Number.isNaN); }

/** Note what the engine would refuse in a cohort. */
function refuse_cohort(v, bad, row, total, mass) {
  if (absent(total)) return;
  const [block, transitions] = COHORTS[v];
  if (bad >= 0) refused.push(`${block}: ${transitions[bad]} is not a probability in cycle ${row}`);
  else if (bad === -2) refused.push(`${block}: some outlive the last tunnel`);
  else if (bad === -3) refused.push(`${block}: a rate is beyond what a cycle can hold`);
  else if (!(Math.abs(total - mass) <= 1e-9)) refused.push(`${block}: the states do not add up to those who started`);
}

/** Note branches that are no probabilities and checks that must hold and do not. */
function refuse_rest() {
  for (const [strategy, where, node] of BRANCHES) {
    const p = value_of(node), all = where.startsWith("all ");
    const good = all ? Math.abs(p - 1) <= 1e-9 : p >= -1e-9 && p <= 1 + 1e-9;
    if (!good && !absent(p)) refused.push(`${strategy}: the probability of ${where} is ${p}`);
  }
  for (const [strategy, , name, value, target, within, at_most, must] of CHECKS) {
    if (!must) continue;
    const gap = value_of(value) - value_of(target), most = value_of(within);
    if (!((at_most ? gap : Math.abs(gap)) <= most) && !absent(gap + most)) refused.push(`${strategy}: ${name} is ${value_of(value)}`);
  }
  if (totals.some((x) => !Number.isFinite(x) && !absent(x))) refused.push("a result is not a number");
}

/** A node's number, when it has passed. */
function value_of(node) { return node in NUMBERS ? NUMBERS[node] : S[node]; }

/** A node in all rows. */
function rows_of(node, n) { return A[node] || new Float64Array(n + 2).fill(value_of(node)); }

/** Whether two sets of inputs are the same. */
function same_inputs(one, other) { return one !== null && one.every((value, k) => Object.is(value, other[k])); }

/** What no drawn input touches; to be called after inputs or the horizon changed. */
function prepare(x) {
  if (same_inputs(prepared_of, x)) return;
  X = x;
  looked_at = null;
  refused = [];
  run_prepare();
  refused_before = refused;
  prepared_of = x.slice();
}

/** The totals of one set of inputs, after `prepare`. */
function evaluate(x) {
  X = x;
  looked_at = null;
  refused = refused_before.slice();
  run_evaluate();
  totals.fill(0);
  for (const [row, node] of TERMS) totals[row] += value_of(node);
  quantities.fill(0);
  for (const [row, node] of QUANTITIES) quantities[row] += value_of(node);
  refuse_rest();
  return totals;
}
