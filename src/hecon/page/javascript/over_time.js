// Amounts by calendar year from the decision, occupancy by row, checks and reports of a printed model, for one set of inputs.

/** How much of each row of a clock lies in each year: [[year, share], ...] by row. */
function rows_by_year(offset, clock, falls) {
  return Array.from({ length: N[clock] + 1 }, (_, row) => shares(row, offset, clock, falls));
}

/** How much of a row lies in each year: [year, share] pairs; an event falls in one. */
function shares(row, offset, clock, falls) {
  const per_year = PER_YEAR[clock], n = N[clock];
  if (falls !== null) return [[Math.floor(offset + (row + falls) / per_year + 1e-9), 1]];
  const k = Math.min(row, n - 1), begin = offset + k / per_year, end = offset + (k + 1) / per_year;
  const found = [];
  for (let year = Math.floor(begin + 1e-9); year < Math.ceil(end - 1e-9); year++) {
    let share = Math.max(Math.min(end, year + 1) - Math.max(begin, year), 0) / (end - begin);
    if (share > 1 - 1e-9) share = 1;
    if (share > 1e-9) found.push([year, share]);
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

/** What every item of a strategy comes to in each year: Float64Array (strategy, item, year), undiscounted and discounted. */
function ledger(x) {
  look(x);
  let years = 1;
  for (const flow of FLOWS) {
    const latest = value_of(flow.offset), last = flow.falls === null ? N[flow.clock] : N[flow.clock] - 1 + flow.falls;
    const reach = latest + last / PER_YEAR[flow.clock];
    years = Math.max(years, flow.falls === null ? Math.ceil(reach - 1e-9) : Math.floor(reach + 1e-9) + 1);
  }
  for (const [, time] of POINTS) years = Math.max(years, Math.floor(value_of(time) + 1e-9) + 1);
  const size = totals.length * years;
  const undiscounted = new Float64Array(size), discounted = new Float64Array(size);
  const layouts = new Map();
  for (const flow of FLOWS) {
    const offset = value_of(flow.offset), key = `${flow.clock} ${offset} ${flow.falls}`;
    if (!layouts.has(key)) layouts.set(key, rows_by_year(offset, flow.clock, flow.falls));
    spread(flow, layouts.get(key), years, undiscounted, discounted);
  }
  for (const [row, time, amount, value] of POINTS) {
    const year = Math.floor(value_of(time) + 1e-9);
    undiscounted[row * years + year] += value_of(amount);
    discounted[row * years + year] += value_of(value);
  }
  return { years, undiscounted, discounted };
}

/** Add a flow to the years in which it falls. */
function spread(flow, layout, years, undiscounted, discounted) {
  const n = N[flow.clock], here = flow.row * years;
  const plain = rows_of(flow.flow, n), present = flow.present === flow.flow ? plain : rows_of(flow.present, n);
  const factors = flow.rates.length ? Array.from({ length: years }, (_, year) => factor_of_year(flow.rates, year)) : null;
  const rows = A[flow.flow] ? n : n - 1; // what is the same in every row has no row after the last
  for (let k = 0; k <= rows; k++) {
    for (const [year, share] of layout[k]) {
      if (year >= years) continue;
      undiscounted[here + year] += plain[k] * share;
      discounted[here + year] += factors ? plain[k] * share * factors[year] : present[k] * share;
    }
  }
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
  if (looked_at !== null && looked_at.every((value, k) => Object.is(value, x[k]))) return;
  evaluate(x);
  run_look();
  looked_at = x.slice();
}
