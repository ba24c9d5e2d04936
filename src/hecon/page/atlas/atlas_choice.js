/** AtlasChoice: what the reader chose, the link that holds it, and which numbers that shows. No document is touched here. */
const AtlasChoice = (() => {
  "use strict";

  const KINDS = { all: () => true, cells: (one) => one.cells, others: (one) => !one.cells };
  const SORTED = ["upfront", "side_effects", "work", "all_costs", "qalys"];

  /** The values that each choice may have: {name: [{value, label}]}. */
  function choices_of(DATA) {
    const grades = [...new Set(DATA.comparisons.map((one) => one.grade))];
    const names = Object.fromEntries(DATA.tables.summary.columns.map((one) => [one.name, one.heading]));
    return {
      currency: DATA.currencies,
      perspective: DATA.perspectives,
      method: DATA.methods,
      show: [
        { value: "all", label: "all therapies" }, { value: "cells", label: "cell therapies" },
        { value: "others", label: "no cell therapy" },
      ],
      grade: [{ value: "any", label: "any grade" }, ...grades.map((one) => ({ value: one, label: one }))],
      sort: [
        { value: "project", label: "as in the project" },
        ...SORTED.flatMap((one) => [
          { value: `${one} up`, label: `${names[one]}, lowest first` },
          { value: `${one} down`, label: `${names[one]}, highest first` },
        ]),
      ],
    };
  }

  /** The view that `hecon atlas` prints. */
  function start(DATA) {
    return { ...DATA.start, show: "all", grade: "any", sort: "project" };
  }

  /**
   * The choices that a link holds.
   * @param {object} DATA
   * @param {string} hash what follows # in the link
   * @returns {{state: object, at: string, unknown: string[]}} `at` is a comparison; `unknown` what this page does not have
   */
  function from_link(DATA, hash) {
    const state = start(DATA);
    const known = choices_of(DATA);
    const unknown = [];
    let at = "";
    for (const [name, value] of new URLSearchParams(hash)) {
      if (name === "at") at = value;
      else if (known[name] && known[name].some((one) => one.value === value)) state[name] = value;
      else unknown.push(`${name} ${value}`.trim());
    }
    return { state, at, unknown };
  }

  /** The link (after #) that holds the choices, and a comparison to open where one is given. */
  function link(state, at = "") {
    return new URLSearchParams(at ? { ...state, at } : state).toString();
  }

  /** What a comparison shows: {view, money, why}; view is null and `why` says so where it cannot be shown. */
  function shown(DATA, one, state) {
    const k = DATA.currencies.findIndex((money) => money.value === state.currency);
    const place = one.views[`${state.perspective} | ${state.method}`];
    const missing = typeof place === "string";
    return {
      one, money: one.money[k], sentences: missing ? [] : one.seen[place].sentences[k], view: missing ? null : one.seen[place],
      why: missing ? place : "",
    };
  }

  /**
   * The comparisons chosen, in tables of one money each, sorted: [{title, rows: [shown]}].
   * What has no index, and what has no lost work by the method, stand apart.
   */
  function groups(DATA, state) {
    const chosen = DATA.comparisons.filter(
      (one) => KINDS[state.show](one) && (state.grade === "any" || one.grade === state.grade),
    );
    const found = new Map();
    for (const row of chosen.map((one) => shown(DATA, one, state))) {
      const title = title_of(DATA, row);
      if (!found.has(title)) found.set(title, []);
      found.get(title).push(row);
    }
    const order = (title) => (title.startsWith("No lost work") ? 2 : title.startsWith("In their own") ? 1 : 0);
    return [...found]
      .map(([title, rows]) => ({ title, rows: sorted(rows, state.sort) }))
      .sort((a, b) => order(a.title) - order(b.title));
  }

  function title_of(DATA, row) {
    if (!row.view) return "No lost work by this method";
    if (row.money.apart) return `In their own money, for want of an index (${row.money.printed})`;
    return `${row.one.cells ? "Cell therapies" : DATA.others} (${row.money.printed})`;
  }

  function sorted(rows, sort) {
    const [name, direction] = sort.split(" ");
    if (name === "project") return rows;
    const sign = direction === "down" ? -1 : 1;
    const value = (row) => {
      const cell = row.view ? row.view.summary[name] : null;
      return Array.isArray(cell) ? cell[0] * row.money.factor : null;
    };
    const words_last = (a, b) => (a === null) - (b === null);
    return [...rows].sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      return x === null || y === null ? words_last(x, y) : sign * (x - y);
    });
  }

  /**
   * A cell in print and its 95% interval, as the terminal prints them.
   * @param {null|string|number|number[]} cell a number, a text, or [mean, low, high]
   * @param {{decimals: ?number, money: boolean}} column
   * @param {number} factor from the case's own money to the money shown
   * @returns {[string, string]}
   */
  function cell_text(cell, column, factor) {
    if (cell === null || typeof cell === "string") return [cell || "", ""];
    const times = column.money ? factor : 1;
    const texts = [].concat(cell).map((one) => Decide.quantity(one * times, column.decimals || 0));
    return [texts[0], texts.slice(1).join(" to ")];
  }

  /** A difference with its sign and its interval: "+900 (800 to 1,000)". */
  function difference_text(cell, factor) {
    if (!Array.isArray(cell)) return cell;
    const limits = [...new Set(cell.slice(1).map((one) => Decide.money(one * factor)))];
    return Decide.money(cell[0] * factor, "+") + (limits.length > 1 ? ` (${limits.join(" to ")})` : "");
  }

  /** A share and its interval: "44% (10% to 90%)". */
  function share_text(cell) {
    const [mean, ...limits] = cell.map((one) => Decide.percent(one, 0));
    return limits.length ? `${mean} (${limits.join(" to ")})` : mean;
  }

  return { SORTED, choices_of, start, from_link, link, shown, groups, cell_text, difference_text, share_text };
})();
