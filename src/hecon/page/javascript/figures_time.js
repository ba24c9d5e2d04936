/** Figures: over the years: the trace of the cohort, and incremental cost so far with its payback; trace_figure.py, over_time_figure. */
(() => {
  "use strict";

  const POINTS = 240; // of a line of the trace
  const YEARS = [0, 1, 2, 3, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100];

  /**
   * The share of the cohort in each state over time, a panel per strategy (per structure, where it has several).
   * @param {object} result strategies; trace [{strategy, block, label, per_year, states: [..], occupancy: [array (cycle,) per state]}]
   * @returns {object} a figure
   */
  function trace(result) {
    const title = "Where the cohort is over time";
    if (!result.trace || result.trace.length === 0) return Figures.nothing(title, "The model has no states over time.");
    const names = Figures.labels(result);
    const states = [...new Set(result.trace.flatMap((one) => one.states.map(spoken)))];
    const label = (one) => {
      const k = result.strategies.findIndex((other) => other.name === one.strategy);
      const mine = result.trace.filter((other) => other.strategy === one.strategy).length;
      const strategy = k < 0 ? String(one.strategy) : names[k];
      return mine > 1 ? `${strategy}: ${one.label || one.block}` : strategy;
    };
    const panels = result.trace.map((one) => ({ ...one, title: label(one), last: (one.occupancy[0].length - 1) / one.per_year }));
    const known = panels.every((one) => one.occupancy.every((share) => Number.isFinite(share[share.length - 1])));
    if (!known) return Figures.nothing(title, Figures.WITHHELD);
    const until = Math.max(...panels.map((one) => one.last));
    const ways = Figures.looks(states);
    const on = {
      x: Figures.along("x", "Time (years)", ",~f", { scale: { domain: [0, until], nice: false } }),
      y: Figures.along("y", "Share of the cohort", ".0%", { scale: { domain: [0, 1] } }),
      color: ways.color, strokeDash: ways.strokeDash,
    };
    const datasets = Object.fromEntries(panels.map((one, p) => [`panel${p}`, points(one)]));
    const spec = {
      datasets,
      resolve: { scale: { color: "shared", strokeDash: "shared" } },
      concat: panels.map((one, p) => ({
        title: one.title, height: 200, data: { name: `panel${p}` }, mark: { type: "line", style: "curve" }, encoding: on,
      })),
    };
    return {
      title, spec, stale: false, text: panels.map((one) => trace_text(one, states)).join(" "), table: trace_table(panels, states, until),
      note: panels.every((one) => started(one) > 0.999) ? "" : "A structure that only a part of the cohort enters starts at that part.",
    };
  }

  function spoken(state) {
    return String(state).replace(/_/g, " ");
  }

  /** The part of the cohort that starts in a structure. */
  function started(one) {
    return one.occupancy.reduce((total, share) => total + share[0], 0);
  }

  function points(one) {
    const cycles = one.occupancy[0].length;
    const step = Math.max(1, Math.ceil(cycles / POINTS));
    const rows = Array.from({ length: Math.ceil((cycles - 1) / step) }, (_, j) => j * step).concat(cycles - 1);
    return one.states.flatMap((state, s) => rows.map((k) => ({ x: k / one.per_year, y: one.occupancy[s][k], name: spoken(state) })));
  }

  /** The share in a state at a year, null beyond the end. */
  function share_at(one, state, year) {
    const s = one.states.findIndex((other) => spoken(other) === state);
    const k = Math.round(year * one.per_year);
    return s < 0 || k >= one.occupancy[s].length ? null : one.occupancy[s][k];
  }

  function trace_text(one, states) {
    const year = one.last >= 5 ? 5 : Math.floor(one.last);
    const shares = states.map((state) => [state, share_at(one, state, year)]).filter(([, share]) => share !== null);
    return `${one.title}, at ${year} years: ${shares.map(([state, share]) => `${state} ${Decide.percent(share)}`).join(", ")}.`;
  }

  function trace_table(panels, states, until) {
    const years = YEARS.filter((year) => year <= until);
    const rows = panels.flatMap((one) => years.filter((year) => year <= one.last).map((year) => [
      one.title, Decide.general(year), ...states.map((state) => {
        const share = share_at(one, state, year);
        return share === null ? "" : Decide.percent(share);
      }),
    ]));
    return { head: ["Strategy", "Year", ...states.map(Figures.capital)], rows };
  }

  /**
   * Incremental cost and net benefit so far, at the end of each year, with the year from which the cost is saved.
   * @param {object} result strategies, reference, compared, currency, threshold, perspective; over_time: what Decide.over_time gives
   * @returns {object} a figure
   */
  function over_time(result) {
    const title = "When the cost comes back";
    const found = result.over_time;
    if (!found) return Figures.nothing(title, "Costs by year are not known for this result.");
    if (found.withheld) return Figures.nothing(title, Figures.WITHHELD);
    const [k, names, unit] = [Figures.compared(result), Figures.labels(result), Figures.money_unit(result)];
    const kinds = ["incremental cost so far", "net benefit so far"];
    const columns = [found.cumulative_cost, found.cumulative_nmb];
    const lines = kinds.flatMap((name, j) => [{ x: 0, y: 0, name }, ...found.years.map((x, y) => ({ x, y: columns[j][y], name }))]);
    const marks = [["cost saved", found.pays_back, 0], ["worth its cost", found.worth_from, 1]].filter(([, year]) => year !== null)
      .map(([words, year, j]) => ({ x: year, y: columns[j][year - 1], name: kinds[j], words, year: `year ${year}` }));
    const last = found.years[found.years.length - 1];
    const ways = Figures.looks(kinds);
    const text = (j, name) => { // cost comes down and net benefit goes up, so that beside the line there is room
      const [mark] = marks.filter((one) => one.name === kinds[j]);
      const side = !mark || mark.x <= last / 2 ? "right" : "left";
      const level = (side === "right") === (j === 0) ? "above" : "below";
      return { data: { name }, mark: { type: "text", style: `mark-${side}-${level}` }, encoding: { text: { field: "year", type: "nominal" } } };
    };
    const [saved, worth] = kinds.map((kind) => marks.filter((one) => one.name === kind));
    const dots = marks.length ? `Dots: ${Figures.listed(marks.map((one) => `${one.words} from ${one.year} on`))}. ` : "";
    const spec = {
      datasets: { lines, marks, saved, worth }, height: 300,
      encoding: {
        x: Figures.along("x", "Years since the decision", ",~f", { scale: { domain: [0, last], nice: false } }),
        y: Figures.along("y", `Cumulative, discounted (${unit})`, ",~f", { scale: { zero: true } }),
      },
      layer: [
        Figures.rule("y", "zero"),
        { data: { name: "lines" }, mark: { type: "line", style: "curve" }, encoding: { color: ways.color, strokeDash: ways.strokeDash } },
        { data: { name: "marks" }, mark: { type: "point", filled: true, style: "crossing" } }, text(0, "saved"), text(1, "worth"),
      ],
    };
    return {
      title, spec, stale: false, text: found.text,
      note: `${dots}${names[k]} against ${names[result.reference]}, ${result.perspective} perspective, discounted; net benefit at `
        + `${Decide.money(result.threshold)}.`,
      table: {
        head: ["Year", `Incremental cost (${unit})`, "Incremental cost so far", "Net benefit so far"],
        rows: found.years.map((year, y) => [Decide.general(year), ...[found.cost, ...columns].map((column) => Decide.money(column[y]))]),
      },
    };
  }

  Object.assign(Figures, { trace, over_time });
})();
