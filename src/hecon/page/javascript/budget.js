/**
 * Budget: what a payer pays for a population in each year, with the new treatment and without; mirrors hecon/results/budget.py.
 *
 * This file makes the global, the population and the cohorts stacked into years; budget_*.js, loaded after it, add the rest.
 * Money is undiscounted. A profile is [strategy][group], each a Float64Array by month from the decision.
 */
const Budget = (() => {
  "use strict";

  const MONTHS = 12;
  const SUM = 1e-9; // shares of a world add up to 1 within this
  const TAGS = { cause: "category", item: "name", payer: "payer" };
  const WAITING_CARE = "care while waiting"; // the part of a budget that no item of the model is

  /**
   * What the reader may change, filled up with what the inputs say.
   * @param {object} DATA with budget
   * @param {object} settings {years, by, nominal, ceiling, population: {name: value}, uptake: {world: {strategy: [by year]}}}
   * @returns {object} the same, whole
   */
  function filled(DATA, settings = {}) {
    const declared = DATA.budget, changed = settings.population || {};
    const population = declared.population.map((one) => ({ ...one, value: one.name in changed ? changed[one.name] : one.value }));
    const uptake = {};
    for (const world of ["with", "without"]) uptake[world] = { ...declared.uptake[world], ...((settings.uptake || {})[world] || {}) };
    return { years: settings.years ?? declared.years, by: settings.by || "cause", nominal: Boolean(settings.nominal), ceiling: settings.ceiling ?? null, population, uptake };
  }

  /**
   * What is wrong with the settings, a sentence each; none where a budget can be made.
   * @returns {string[]}
   */
  function faults(DATA, settings = {}) {
    const asked = filled(DATA, settings), found = [], last = DATA.budget.years;
    if (!Number.isInteger(asked.years) || asked.years < 1 || asked.years > last) found.push(`The uptake has the years 1 to ${last}: ask for so many or fewer.`);
    if (!(asked.by in TAGS)) found.push(`A budget is by ${Object.keys(TAGS).join(", ")}; got '${asked.by}'.`);
    for (const name of Object.keys(settings.population || {})) {
      if (!DATA.budget.population.some((one) => one.name === name)) found.push(`The population has no input '${name}'.`);
    }
    for (const { name, label, value, support } of asked.population) {
      if (Number.isFinite(value) && value >= (support[0] ?? -Infinity) && value <= (support[1] ?? Infinity)) continue;
      found.push(`${label || name}: ${support[1] === null ? "a number" : "a share from 0 to 1"}${support[0] === 0 && support[1] === null ? " of 0 or more" : ""} is needed; got ${value}.`);
    }
    for (const world of ["with", "without"]) found.push(...share_faults(DATA, asked, world, last));
    if (asked.nominal && !asked.population.some((one) => one.unit === "inflation a year")) found.push("A nominal budget needs inflation; population.csv has none.");
    if (asked.ceiling !== null && !Number.isFinite(asked.ceiling)) found.push(`The ceiling is money a year; got ${asked.ceiling}.`);
    return found;
  }

  function share_faults(DATA, asked, world, last) {
    const found = [], shares = asked.uptake[world], names = DATA.strategies.map((one) => one.name);
    for (const name of Object.keys(shares)) if (!names.includes(name)) found.push(`'${name}' in the uptake is not a known strategy.`);
    for (let year = 0; year < last; year++) {
      const values = Object.values(shares).map((one) => one[year]);
      const total = values.reduce((sum, one) => sum + one, 0);
      if (values.some((one) => !(one >= 0 && one <= 1))) found.push(`A share of world '${world}' in year ${year + 1} does not lie between 0 and 1.`);
      else if (!(Math.abs(total - 1) <= SUM)) found.push(`The shares of world '${world}' in year ${year + 1} add up to ${Number(total.toPrecision(6))}; they must add up to 1.`);
    }
    return found;
  }

  /**
   * What differs from the submitted population and uptake: [{what, before, after, provenance}], numbers.
   * @param {object} settings as `filled` takes them
   */
  function changes(DATA, settings = {}) {
    if (!DATA.budget) return [];
    const found = [], asked = filled(DATA, settings);
    const add = (what, before, after, provenance = "") => before !== after && found.push({ what, before, after, provenance });
    DATA.budget.population.forEach((one, k) => add(one.label || one.name, one.value, asked.population[k].value, one.provenance));
    for (const world of ["with", "without"]) {
      for (const [name, shares] of Object.entries(asked.uptake[world])) {
        shares.forEach((share, y) => add(`Uptake of ${name}, world '${world}', year ${y + 1}`, (DATA.budget.uptake[world][name] || [])[y] ?? 0, share));
      }
    }
    add("Years of the budget", DATA.budget.years, asked.years);
    return found;
  }

  /**
   * Shares {strategy: [by year]} with one at another value in a year; the others keep their proportions and take up the rest.
   * @returns {object} all shares of the world
   */
  function with_share(shares, name, year, value) {
    const others = Object.keys(shares).filter((one) => one !== name);
    const before = others.reduce((total, one) => total + shares[one][year], 0);
    const found = Object.fromEntries(Object.entries(shares).map(([one, values]) => [one, values.slice()]));
    found[name][year] = value;
    others.forEach((one, k) => { found[one][year] = before > 0 ? (shares[one][year] / before) * (1 - value) : k === 0 ? 1 - value : 0; });
    return found;
  }

  /**
   * Who becomes eligible (entries by month) and what else the population declares; null where nothing does (eligible).
   * @param {object[]} population rows {name, unit, value, region}
   * @param {number} years
   */
  function eligible(population, years) {
    const values = (unit) => population.filter((one) => one.unit === unit).map((one) => one.value);
    const sum = (unit) => values(unit).reduce((total, one) => total + one, 0);
    const only = (unit) => values(unit)[0] ?? null;
    const share = values("share").reduce((product, one) => product * one, 1);
    const growth = only("growth a year") ?? 0;
    const entries = new Float64Array(MONTHS * years);
    for (let m = 0; m < entries.length; m++) entries[m] = (sum("patients a year") * share * (1 + growth) ** Math.floor(m / MONTHS)) / MONTHS;
    entries[0] += sum("patients") * share;
    const places = population.find((one) => one.unit.startsWith("treatments a year"));
    return {
      entries, members: only("members"), inflation: only("inflation a year"), places: places ? places.value : null,
      ceiling: only("money a year"), waiting: only("money a month of waiting"),
      regions: population.filter((one) => one.region).map((one) => ({ name: one.region, share: one.value })),
    };
  }

  /** Patients who start each strategy by month: [strategy] Float64Array, from entries by month and shares [strategy][year]. */
  function starts_of(entries, shares) {
    return shares.map((one) => entries.map((people, m) => one[Math.floor(m / MONTHS)] * people));
  }

  /**
   * What a patient costs by month: {groups: [names], amounts: [strategy][group] Float64Array, alive: Float64Array|null}.
   * @param {object} DATA strategies and items
   * @param {object} ledger {years: periods, a_year: 12, undiscounted: Float64Array (strategy, item, period)}
   * @param {number[]} counts 1 for each item that the perspective counts
   * @param {string} by cause, item or payer
   * @param {number} years
   */
  function profile_of(DATA, ledger, counts, by, years) {
    if (ledger.a_year !== MONTHS) throw new Error("a budget needs a ledger by month: M.ledger(x, 12, years)");
    const items = DATA.items, groups = [], group_of = items.map((item, i) => {
      if (item.kind !== "cost" || !counts[i]) return -1;
      if (!groups.includes(item[TAGS[by]])) groups.push(item[TAGS[by]]);
      return groups.indexOf(item[TAGS[by]]);
    });
    const months = MONTHS * years;
    const row = (s, i) => ledger.undiscounted.slice((s * items.length + i) * ledger.years, (s * items.length + i) * ledger.years + Math.min(months, ledger.years));
    const added = (into, more) => more.forEach((value, m) => (into[m] += value));
    const amounts = DATA.strategies.map((_, s) => {
      const found = groups.map(() => new Float64Array(months));
      items.forEach((_, i) => group_of[i] >= 0 && added(found[group_of[i]], row(s, i)));
      return found;
    });
    const comparator = DATA.strategies.findIndex((one) => one.name === DATA.budget.comparator);
    const lives = items.flatMap((item, i) => (item.kind === "ly_undiscounted" ? [i] : []));
    let alive = null;
    if (comparator >= 0 && lives.length) {
      alive = new Float64Array(months);
      for (const i of lives) added(alive, row(comparator, i).map((part) => MONTHS * part));
      const falls = alive.every((now, m) => now >= 0 && (m === 0 || now - alive[m - 1] <= 1e-9));
      if (!falls || !(alive[0] > 0)) alive = null;
    }
    return { groups, amounts, alive };
  }

  /**
   * What all cohorts together cost in each calendar year: [group] Float64Array by year (stack).
   * @param {Float64Array[][]} amounts [strategy][group] by month since the start
   * @param {Float64Array[]} starts [strategy] by calendar month
   */
  function stack(amounts, starts) {
    const years = starts[0].length / MONTHS, groups = amounts[0].length;
    const total = Array.from({ length: groups }, () => new Float64Array(years));
    amounts.forEach((mine, s) => mine.forEach((monthly, g) => {
      const spent = new Float64Array(monthly.length + 1);
      monthly.forEach((value, m) => (spent[m + 1] = spent[m] + value));
      starts[s].forEach((people, first) => {
        if (people === 0) return;
        for (let year = Math.floor(first / MONTHS); year < years; year++) {
          total[g][year] += people * (spent[MONTHS * (year + 1) - first] - spent[Math.max(MONTHS * year - first, 0)]);
        }
      });
    }));
    return total;
  }

  /** Counts by month as counts by year. */
  function by_year(monthly) {
    const found = new Float64Array(monthly.length / MONTHS);
    monthly.forEach((value, m) => (found[Math.floor(m / MONTHS)] += value));
    return found;
  }

  return { MONTHS, WAITING_CARE, filled, faults, changes, with_share, eligible, starts_of, profile_of, stack, by_year };
})();
