// Amounts by calendar year from the decision, occupancy by row, checks and reports of a printed model, for one set of inputs.

/** How much of each row of a clock lies in each period: [[period, share], ...] by row. */
function rows_by_period(offset, clock, falls, a_year) {
  return Array.from({ length: N[clock] + 1 }, (_, row) => shares(row, offset, clock, falls, a_year));
}

/** How much of a row lies in each period, of which there are `a_year` a year: [period, share] pairs; an event falls in one. */
function shares(row, offset, clock, falls, a_year) {
  const per_year = PER_YEAR[clock], n = N[clock];
  const starts = (at) => (offset + at / per_year) * a_year;
  if (falls !== null) return [[Math.floor(starts(row + falls) + 1e-9), 1]];
  const k = Math.min(row, n - 1), begin = starts(k), end = starts(k + 1);
  const found = [];
  for (let period = Math.floor(begin + 1e-9); period < Math.ceil(end - 1e-9); period++) {
    let share = Math.max(Math.min(end, period + 1) - Math.max(begin, period), 0) / (end - begin);
    if (share > 1 - 1e-9) share = 1;
    if (share > 1e-9) found.push([period, share]);
  }
  return found;
}

/** The discount factor of a calendar year under forward rates [from year, rate]. */
function factor_of_year(rates, year) {
  return rates.reduce((factor, [start, node], k) => {
    const end = k + 1 < rates.length ? rates[k + 1][0] : Infinity;
    return factor * Math.pow(1 + value_of(node), -Math.max(Math.min(year, end) - start, 0));
  }, 1);
}

/**
 * What every item of a strategy comes to in each period from the decision: Float64Array (strategy, item, period), undiscounted
 * and discounted. There are `a_year` periods a year (1, 4, 12); `years` is how many periods there are, up to `until` years.
 */
function ledger(x, a_year = 1, until = Infinity) {
  look(x);
  let years = 1;
  if (times_absent()) return { years: 1, a_year: 1, undiscounted: totals.map(() => NaN), discounted: totals.map(() => NaN) };
  for (const flow of FLOWS) {
    const latest = value_of(flow.offset), last = flow.falls === null ? N[flow.clock] : N[flow.clock] - 1 + flow.falls;
    const reach = latest + last / PER_YEAR[flow.clock];
    years = Math.max(years, flow.falls === null ? Math.ceil(reach * a_year - 1e-9) : Math.floor(reach * a_year + 1e-9) + 1);
  }
  for (const [, time] of POINTS) years = Math.max(years, Math.floor(value_of(time) * a_year + 1e-9) + 1);
  if (until < Infinity) years = Math.round(until * a_year);
  const size = totals.length * years;
  const undiscounted = new Float64Array(size), discounted = new Float64Array(size);
  const layouts = new Map();
  for (const flow of FLOWS) {
    const offset = value_of(flow.offset), key = `${flow.clock} ${offset} ${flow.falls}`;
    if (!layouts.has(key)) layouts.set(key, rows_by_period(offset, flow.clock, flow.falls, a_year));
    spread(flow, layouts.get(key), years, a_year, undiscounted, discounted);
  }
  for (const [row, time, amount, value] of POINTS) {
    const year = Math.floor(value_of(time) * a_year + 1e-9);
    if (year >= years) continue;
    undiscounted[row * years + year] += value_of(amount);
    discounted[row * years + year] += value_of(value);
  }
  return { years, a_year, undiscounted, discounted };
}

/** Add a flow to the periods in which it falls. */
function spread(flow, layout, years, a_year, undiscounted, discounted) {
  const n = N[flow.clock], here = flow.row * years;
  const plain = rows_of(flow.flow, n), present = flow.present === flow.flow ? plain : rows_of(flow.present, n);
  const factor = (_, period) => factor_of_year(flow.rates, Math.floor(period / a_year));
  const factors = flow.rates.length ? Array.from({ length: years }, factor) : null;
  const rows = A[flow.flow] ? n : n - 1; // what is the same in every row has no row after the last
  for (let k = 0; k <= rows; k++) {
    for (const [year, share] of layout[k]) {
      if (year >= years) continue;
      undiscounted[here + year] += plain[k] * share;
      discounted[here + year] += factors ? plain[k] * share * factors[year] : present[k] * share;
    }
  }
}

/** Whether what falls when is not known, because an input is not a number. */
function times_absent() {
  return POINTS.some(([, time]) => absent(value_of(time))) || FLOWS.some((flow) => absent(value_of(flow.offset)));
}

/** The share of the cohort in each state by row. */
function trace(x) {
  look(x);
  return TRACES.map((one) => ({
    strategy: one.strategy, block: one.block, per_year: PER_YEAR[one.clock], states: one.states.map(([state]) => state),
    occupancy: one.states.map(([, node]) => rows_of(node, N[one.clock]).slice(0, N[one.clock] + 1)),
  }));
}

/** Declared checks with their verdicts; those beyond the horizon are left out. */
function checks(x) {
  look(x);
  return CHECKS.map(([strategy, place, name, value, target, within, at_most, must]) => {
    const gap = value_of(value) - value_of(target);
    const passed = (at_most ? gap : Math.abs(gap)) <= value_of(within);
    return { strategy, place, name, value: value_of(value), target: value_of(target), within: value_of(within), at_most, must, passed };
  }).filter((one) => !Number.isNaN(one.value) && !Number.isNaN(one.target));
}

/** Reports {strategy, name, value}, added up over the structures of a strategy; those beyond the horizon are left out. */
function reports(x) {
  look(x);
  const found = new Map();
  for (const [strategy, name, node] of REPORTS) {
    const value = value_of(node), key = JSON.stringify([strategy, name]);
    if (!Number.isNaN(value)) found.set(key, (found.get(key) || 0) + value);
  }
  return [...found].map(([key, value]) => ({ strategy: JSON.parse(key)[0], name: JSON.parse(key)[1], value }));
}

/** Everything that is only looked at, for one set of inputs; once for all who ask of the same. */
function look(x) {
  if (same_inputs(looked_at, x)) return;
  evaluate(x);
  run_look();
  looked_at = x.slice();
}
