/**
 * Figures: the pictures of a result, as Vega-Lite specifications with a text alternative and a table behind each.
 *
 * This file makes the global: looks and what the figures share. figures_*.js, loaded after it, add the figures and their drawing;
 * decide*.js must stand before, for the digits. A figure is {title, spec, text, note, table: {head, rows}, stale}: `spec` knows
 * neither width nor theme and is null where there is nothing to draw (`text` says why); `note` says what the marks mean.
 */
const Figures = (() => {
  "use strict";

  // Okabe & Ito's palette in the order of hecon/figures/figure_style.py; lighter on dark, where black becomes white
  const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9"];
  const COLOURS_DARK = ["#4FA8E0", "#FF8A3D", "#2CC79A", "#E5A3CA", "#F2F2F2", "#F5B83D", "#B5E1FF"];
  const DASHES = [[1, 0], [6, 3], [8, 3, 2, 3], [2, 3], [9, 3, 2, 3, 2, 3]];
  const SHAPES = ["circle", "square", "triangle-up", "diamond", "triangle-down", "cross"];
  const WITHHELD = "A number that this figure rests on is withheld or not valid, so there is nothing to draw.";
  const STALE = "The draws are not yet of these inputs. ";

  /** The k-th of some looks, from the first again where they end. */
  function cycled(looks, k) {
    return looks[k % looks.length];
  }

  /** Currency and price year as printed beside axes: "EUR 2023". */
  function money_unit(result) {
    return result.money || [result.currency, result.price_year].filter(Boolean).join(" ") || "currency units";
  }

  /** Labels of strategies, each once: equal ones get their names. */
  function labels(result) {
    const every = result.strategies.map((one) => one.label || one.name);
    return every.map((label, k) => (every.indexOf(label) === every.lastIndexOf(label) ? label : `${label} (${result.strategies[k].name})`));
  }

  /** Words for one unit and an amount of the effect: ["QALY", "QALYs"]. */
  function words(result) {
    const kind = result.effect || "qaly";
    return [Decide.effect_word(kind), Decide.effect_words(kind)];
  }

  /** Position of the strategy that a figure of one comparison shows: `result.compared`, else the other one of highest net benefit. */
  function compared(result) {
    if (Number.isInteger(result.compared)) return result.compared;
    const net = Decide.nmb(result.base.cost, result.base.effect, result.threshold);
    const others = result.strategies.map((_, k) => k).filter((k) => k !== result.reference);
    return others.reduce((most, k) => (net[k] > net[most] ? k : most), others[0]);
  }

  /** Colours, dashes and shapes of named lines, always in the same order; the legend shows `shown` of them. */
  function looks(names, shown = names) {
    const of = (range) => names.map((_, k) => cycled(range, k));
    return {
      color: { field: "name", type: "nominal", title: null, scale: { domain: names }, legend: { values: shown } },
      strokeDash: { field: "name", type: "nominal", title: null, scale: { domain: names, range: of(DASHES) }, legend: { values: shown } },
      shape: { field: "name", type: "nominal", title: null, scale: { domain: names, range: of(SHAPES) }, legend: { values: shown } },
    };
  }

  /** An encoding of a number along an axis. */
  function along(field, title, format = ",~f", more = {}) {
    return { field, type: "quantitative", title, axis: { format, ...more.axis }, scale: { ...more.scale } };
  }

  /** A rule across an axis at 0. */
  function rule(axis, style) {
    return ruled(axis, style, { values: [{ at: 0 }] });
  }

  /** Rules across an axis at the `at` of a data set, which may be empty and may move without a new specification. */
  function moving_rule(axis, style, name) {
    return ruled(axis, style, { name });
  }

  function ruled(axis, style, data) {
    const across = axis === "x" ? "y" : "x";
    return { data, mark: { type: "rule", style }, encoding: { [across]: null, [axis]: { field: "at", type: "quantitative" } } };
  }

  /**
   * Horizontal bars, their words in a line above each, so that no label is cut off on a narrow screen.
   * @param {number} rows how many
   * @param {object[]} layers what is drawn over `i` (row) and along x
   * @returns {object} a specification without data; data set "rows" must have i, label and value (the words at the right)
   */
  function bars_with_words(rows, layers) {
    const y = { field: "i", type: "ordinal", axis: null, scale: { domain: Array.from({ length: rows }, (_, i) => i), padding: 0 } };
    const text = (style, field, x) => ({
      data: { name: "rows" }, mark: { type: "text", style }, encoding: { text: { field, type: "nominal" }, x: { value: x }, y },
    });
    return { encoding: { y }, layer: [...layers, text("row-label", "label", 0), text("row-value", "value", "width")] };
  }

  /** A figure of which there is nothing to draw, and why. */
  function nothing(title, text) {
    return { title, spec: null, text, note: "", table: { head: [], rows: [] }, stale: false };
  }

  /** Joined as in a sentence: "a, b and c". */
  function listed(parts) {
    return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
  }

  /** "10,000 draws", "1 draw". */
  function draws_text(n) {
    return `${Decide.fixed(n, 0)} ${n === 1 ? "draw" : "draws"}`;
  }

  function capital(text) {
    return text.slice(0, 1).toUpperCase() + text.slice(1);
  }

  return {
    COLOURS, COLOURS_DARK, WITHHELD, STALE, money_unit, labels, words, compared, looks, along, rule, moving_rule, bars_with_words,
    nothing, listed, draws_text, capital,
  };
})();
