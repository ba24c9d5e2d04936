/** Figures: acceptability curves with their frontier; hecon/figures/ceac_figures.py. */
(() => {
  "use strict";

  /**
   * Acceptability curves with their frontier as a wide band, and the threshold.
   * @param {object} result strategies, threshold, currency; ceac: what Decide.acceptability gives, or null
   * @returns {object} a figure
   */
  function ceac(result) {
    const title = "Acceptability curves";
    const curves = result.ceac;
    if (!curves) return Figures.nothing(title, "Acceptability curves need draws.");
    if (curves.withheld) return Figures.nothing(title, Figures.WITHHELD);
    const names = Figures.labels(result);
    const [per] = Figures.words(result);
    const unit = Figures.money_unit(result);
    const { wtp, best } = curves;
    const lines = names.flatMap((name, k) => wtp.map((x, w) => ({ x, y: curves.ceac[k][w], name })));
    let run = 0; // stretches between changes of the best strategy, so that no line joins them
    const frontier = wtp.map((x, w) => {
      if (w > 0 && best[w] !== best[w - 1]) run += 1;
      return { x, y: curves.ceaf[w], run };
    });
    const ways = Figures.looks(names);
    const on = {
      x: Figures.along("x", `Willingness to pay (${unit} per ${per})`, ",~f", { scale: { nice: false, domainMax: wtp[wtp.length - 1] } }),
      y: Figures.along("y", "Probability of being cost-effective", ".0%", { scale: { domain: [0, 1] } }),
    };
    const at = result.threshold <= wtp[wtp.length - 1] ? [{ at: result.threshold }] : [];
    const spec = {
      datasets: { lines, frontier, at }, height: 300, encoding: on,
      layer: [
        { data: { name: "frontier" }, mark: { type: "line", style: "frontier" }, encoding: { detail: { field: "run", type: "nominal" } } },
        Figures.moving_rule("x", "dotted", "at"),
        { data: { name: "lines" }, mark: { type: "line", style: "curve" }, encoding: { color: ways.color, strokeDash: ways.strokeDash } },
      ],
    };
    return {
      title, spec, stale: Boolean(result.stale), text: ceac_text(result, names, unit, per), table: ceac_table(curves, names, result.threshold, unit),
      note: `${Figures.draws_text(curves.draws)}. Wide band: frontier (best on average). Dotted: threshold ${Decide.money(result.threshold)}.`,
    };
  }

  /** The position of the threshold that is nearest to one. */
  function nearest(wtp, value) {
    return wtp.reduce((found, one, w) => (Math.abs(one - value) < Math.abs(wtp[found] - value) ? w : found), 0);
  }

  function ceac_text(result, names, unit, per) {
    const curves = result.ceac;
    const w = nearest(curves.wtp, result.threshold);
    const shares = names.map((name, k) => `${name} ${Decide.share(curves.ceac[k][w])}`);
    const at = `At ${Decide.money(curves.wtp[w])} ${unit} per ${per}`;
    const first = `${at}, the probability of being cost-effective over ${Figures.draws_text(curves.draws)} is: ${shares.join("; ")}.`;
    const steps = [];
    curves.best.forEach((k, j) => {
      if (j === 0 || k !== curves.best[j - 1]) steps.push(`${names[k]} from ${Decide.money(curves.wtp[j])}`);
    });
    return `${result.stale ? Figures.STALE : ""}${first} Best on average: ${steps.join(", ")}.`;
  }

  function ceac_table(curves, names, threshold, unit) {
    const last = curves.wtp.length - 1;
    const chosen = new Set([nearest(curves.wtp, threshold)]);
    for (let j = 0; j <= 10; j++) chosen.add(Math.round((j * last) / 10));
    const rows = [...chosen].sort((a, b) => a - b).map((w) => [
      Decide.money(curves.wtp[w]), ...names.map((_, k) => Decide.fixed(curves.ceac[k][w], 3)), names[curves.best[w]],
    ]);
    return { head: [`Threshold (${unit})`, ...names.map((name) => `P(${name})`), "Best on average"], rows };
  }

  Object.assign(Figures, { ceac });
})();
