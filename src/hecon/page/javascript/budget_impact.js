/** Budget: both worlds of a population, their difference, and the answer in sentences (hecon/results/budget.py, the base case). */
(() => {
  "use strict";

  /**
   * The budget of the base case by year, as `hecon budget CASE` prints it.
   *
   * @param {object} DATA strategies, items, perspectives, perspective, currency, price_year and budget
   * @param {object} ledger by month, of the inputs, agreement and horizon that are shown: M.ledger(x, 12, DATA.budget.years)
   * @param {object} settings as `Budget.filled` takes them, and {perspective}
   * @returns {object} {years, by, groups, strategies, with, without, net: [group] by year, total: {with, without, net} by year,
   *   whole: net by year, starts: {with, without} [strategy] by year, queue by month, quarters, members, regions, ceiling: number|null,
   *   kept: {over: [year], share, later}|null, limited, money, words, refused}; as `Figures.budget` takes it
   */
  function of(DATA, ledger, settings = {}) {
    const wrong = Budget.faults(DATA, settings);
    if (wrong.length) throw new Error(wrong.join("\n"));
    const asked = Budget.filled(DATA, settings), { years, by } = asked;
    const perspective = settings.perspective || DATA.perspective;
    const counts = DATA.perspectives.find((one) => one.name === perspective).counts;
    const strategies = DATA.strategies.map((one) => one.name);
    const shares = {};
    for (const world of ["with", "without"]) shares[world] = strategies.map((name) => Array.from({ length: years }, (_, y) => (asked.uptake[world][name] || [])[y] ?? 0));
    const people = Budget.eligible(asked.population, years);
    const profile = Budget.profile_of(DATA, ledger, counts, by, years);
    const price = Float64Array.from({ length: years }, (_, y) => (asked.nominal ? (1 + people.inflation) ** y : 1));
    const limited = people.places === null ? -1 : strategies.indexOf(DATA.budget.limited);
    const started = (rows) => {
      const starts = Budget.starts_of(people.entries, rows);
      if (limited < 0 || !starts[limited].some((one) => one > 0)) return { starts, line: null };
      const line = Budget.queue(starts[limited], people.places, profile.alive);
      starts[limited] = line.treated;
      return { starts, line };
    };
    const money = ({ starts, line }) => {
      const spent = Budget.stack(profile.amounts, starts);
      if (people.waiting !== null) spent.push(line ? Budget.by_year(line.waiting).map((one) => one * people.waiting) : new Float64Array(years));
      return spent.map((row) => row.map((value, y) => value * price[y]));
    };
    const both = { with: started(shares.with), without: started(shares.without) };
    const found = { with: money(both.with), without: money(both.without) };
    found.net = found.with.map((row, g) => row.map((value, y) => value - found.without[g][y]));
    const total = {};
    for (const world of ["with", "without", "net"]) total[world] = summed(found[world], years);
    const net_at = (share, later = 0) => {
      if (limited < 0 && !later) return total.net.map((value) => share * value);
      const planned = money(started(Budget.phased(shares.with, shares.without, share, later)));
      return summed(planned, years).map((value, y) => value - total.without[y]);
    };
    const plain = (rows) => rows.map((row) => Array.from(row));
    const starts = { with: plain(both.with.starts.map(Budget.by_year)), without: plain(both.without.starts.map(Budget.by_year)) };
    const ceiling = asked.ceiling ?? people.ceiling, known = total.net.every(Number.isFinite);
    const result = {
      years, by, perspective, nominal: asked.nominal, strategies, money: DATA.money, total, starts, whole: total.net,
      with: plain(found.with), without: plain(found.without), net: plain(found.net),
      groups: [...profile.groups, ...(people.waiting === null ? [] : [Budget.WAITING_CARE])],
      limited: DATA.budget.limited, queue: both.with.line, quarters: both.with.line ? Budget.quarters(both.with.line) : [],
      dies_waiting: profile.alive !== null, counts_waiting: people.waiting !== null,
      members: people.members === null ? [] : per_member(total, people.members, years),
      regions: people.regions.map(({ name, share }) => ({ name, net: total.net.map((value) => value * share) })),
      ceiling, kept: ceiling === null || !known ? null : kept_by(ceiling, total.net, net_at, years),
      refused: DATA.budget.not_on_page,
    };
    return { ...result, words: known ? in_words(DATA, result) : "The budget rests on inputs that are withheld." };
  }

  function summed(rows, years) {
    const total = new Array(years).fill(0);
    for (const row of rows) row.forEach((value, y) => (total[y] += value));
    return total;
  }

  /** Money per member of the insured and month, by year. */
  function per_member(total, members, years) {
    return Array.from({ length: years }, (_, y) => {
      const each = (world) => total[world][y] / members / Budget.MONTHS;
      return { year: y + 1, without: each("without"), with: each("with"), net: each("net") };
    });
  }

  /** Which years break a ceiling, and the largest share of the planned uptake and the first start that keep it. */
  function kept_by(ceiling, net, net_at, years) {
    const share = Budget.largest_share(net_at, ceiling);
    const later = Budget.first_start((wait) => net_at(1, wait), ceiling, years);
    return { over: net.map((year) => Budget.over(year, ceiling)), share, later };
  }

  /** The answer in sentences, made from the numbers (Budget.in_words). */
  function in_words(DATA, found) {
    const net = Array.from(found.total.net), all = net.reduce((sum, one) => sum + one, 0);
    const prices = found.nominal ? "at each year's own prices" : "at constant prices";
    const high = net.indexOf(Math.max(...net));
    const told = [
      `Over ${found.years} years the new mix of treatments costs ${Decide.money(Math.abs(all))} ${found.money} ${all >= 0 ? "more" : "less"},` +
        ` net, undiscounted, ${prices} (${found.perspective} perspective, base case).`,
      `The dearest year is year ${high + 1}, at ${Decide.money(net[high])}.`,
    ];
    if (found.kept) told.push(...ceiling_words(found.ceiling, found.kept));
    if (found.queue) {
      const sum = (monthly) => monthly.reduce((total, one) => total + one, 0);
      const treated = sum(found.queue.treated), wait = sum(found.queue.waited) / (treated > 0 ? treated : 1);
      const waiting = Decide.money(found.queue.waiting[found.queue.waiting.length - 1]);
      told.push(`At the end ${waiting} patients wait for ${found.limited}; those treated have waited ${Decide.fixed(wait, 1)} months on average.`);
      if (!found.counts_waiting) told.push("Care of those who wait is not counted, so a queue makes the budget lower than it will be.");
    }
    return told.join(" ");
  }

  function ceiling_words(ceiling, { over, share, later }) {
    const years = over.flatMap((one, y) => (one ? [y + 1] : []));
    const where = years.length ? `in year${years.length > 1 ? "s" : ""} ${years.join(", ")}` : "in no year";
    const told = [`The base case breaks the ceiling of ${Decide.money(ceiling)} a year ${where}.`];
    if (share === null) told.push("Nothing keeps it in the base case.");
    else if (share >= 1) told.push("The planned uptake keeps it in the base case.");
    else {
      const start = later === null ? "no later start does" : `so does a start ${later} year${later > 1 ? "s" : ""} later`;
      told.push(`At most ${Math.floor(100 * share)}% of the planned uptake keeps it in the base case; ${start}.`);
    }
    return told;
  }

  Object.assign(Budget, { of });
})();
