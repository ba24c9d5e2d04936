/** AtlasFigures: the waterfall of a comparison and the shares that come back, as boxes placed in per cent of their row. */
const AtlasFigures = (() => {
  "use strict";

  const LEAST = 0.5; // money; a smaller bar is not drawn
  const FROM = -1; // the scale of shares; what lies beyond is drawn at the edge, with its number
  const TO = 2;

  /** An element with attributes, classes and children; a text child is text. */
  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) if (value !== null) made.setAttribute(name, value);
    made.append(...children.flat().filter((one) => one !== null && one !== ""));
    return made;
  }

  /**
   * Where the bars of a waterfall stand: each begins where the one above ended, the total at 0.
   * @param {object} view with bars and total
   * @param {number} factor to the money shown
   * @returns {{zero: number, steps: object[]}} in per cent of the row; a step with words alone has no width
   */
  function waterfall(view, factor) {
    let level = 0;
    const steps = [];
    for (const one of view.bars) {
      if (!Array.isArray(one.cell)) steps.push({ ...one, from: level, to: level, words: one.cell });
      else if (Math.abs(one.cell[0] * factor) >= LEAST) {
        steps.push({ ...one, from: level, to: level + one.cell[0] });
        level += one.cell[0];
      }
    }
    steps.push({ ...view.total, from: 0, to: view.total.cell[0], total: true });
    const ends = [0, ...steps.flatMap((one) => [one.from, one.to])];
    const low = Math.min(...ends);
    const span = Math.max(...ends) - low || 1;
    const place = (x) => (100 * (x - low)) / span;
    return {
      zero: place(0),
      steps: steps.map((one) => ({
        ...one, left: place(Math.min(one.from, one.to)), width: (100 * Math.abs(one.to - one.from)) / span,
        kind: one.total ? "total" : one.to >= one.from ? "more" : "less",
      })),
    };
  }

  /** The waterfall of a comparison, drawn; its words are its label, its table stands beside it. */
  function draw_waterfall(row) {
    const { zero, steps } = waterfall(row.view, row.money.factor);
    const said = (one) => one.words || AtlasChoice.difference_text(one.cell, row.money.factor);
    const words = steps.map((one) => `${one.label} ${said(one)}${one.assumed ? ", assumed" : ""}`).join("; ");
    const lines = steps.map((one) => {
      const bar = one.words ? null : placed("bar", one.left, one.width, one.kind, one.assumed && "assumed");
      const label = element("span", { class: `label${one.channel ? " channel" : ""}` }, one.label);
      const track = element("span", { class: "track" }, placed("zero", zero, 0), bar);
      return element("div", { class: `step${one.total ? " sum" : ""}` }, label, track, element("span", { class: "value" }, said(one)));
    });
    const label = `Waterfall of costs by cause in ${row.money.printed}: ${words}.`;
    return element("div", { role: "img", "aria-label": label, class: "waterfall" }, ...lines);
  }

  /** What comes back of one extra upfront cost: a line per channel, a point with its interval. */
  function draw_shares(row) {
    const told = row.view.shares.map((one) => `${one.text} ${AtlasChoice.share_text(one.cell)}${one.assumed ? ", assumed" : ""}`);
    const lines = row.view.shares.map((one) => {
      const [mean, low, high] = one.cell.map(on_scale);
      const range = low === undefined ? null : placed("range", low, high - low, kind_of(one.text));
      const dot = placed("dot", mean, 0, kind_of(one.text), one.assumed && "assumed");
      const track = element("span", { class: "track" }, placed("zero", on_scale(0), 0), placed("covered", on_scale(1), 0), range, dot);
      const label = element("span", { class: "label" }, one.text);
      return element("div", { class: "step" }, label, track, element("span", { class: "value" }, AtlasChoice.share_text(one.cell)));
    });
    const label = `Share of the extra upfront cost that comes back, ${row.one.short}: ${told.join("; ")}.`;
    return element("div", { role: "img", "aria-label": label, class: "shares" }, ...lines);
  }

  function on_scale(share) {
    return (100 * (Math.min(Math.max(share, FROM), TO) - FROM)) / (TO - FROM);
  }

  function kind_of(text) {
    return text.replace(" ", "-");
  }

  function placed(name, left, width, ...looks) {
    const made = element("i", { class: [name, ...looks.filter(Boolean)].join(" ") });
    made.style.left = `${left}%`;
    if (width) made.style.width = `${width}%`;
    return made;
  }

  return { element, waterfall, draw_waterfall, draw_shares };
})();
