/** Figures: the cost-effectiveness plane, increments of every draw over the reference; hecon/figures/plane_figure.py. */
(() => {
  "use strict";

  const POINTS = 2000; // of the plane; more only blacken it
  const CORNERS = 60; // of an ellipse
  const WITHIN = 5.991464547107979; // 95% quantile of chi squared with 2 degrees of freedom

  /**
   * The cost-effectiveness plane against the reference: draws, their means with 95% ellipses, the base case, the threshold.
   * @param {object} result strategies, reference, currency, threshold, base {cost, effect} ([S]), psa (null, or {n, cost, effect},
   *   each [s * n + d]), stale
   * @returns {object} a figure
   */
  function plane(result) {
    const title = "Cost-effectiveness plane";
    const names = Figures.labels(result);
    const { reference, threshold, base, psa } = result;
    const others = names.map((_, k) => k).filter((k) => k !== reference);
    if (others.length === 0) return Figures.nothing(title, "One strategy: there is nothing to compare.");
    const seen = others.map((k) => increments(result, k));
    const spots = seen.map((one) => one.base);
    if (!spots.every(finite)) return Figures.nothing(title, Figures.WITHHELD);
    const drawn = psa && seen.every((one) => one.mean && finite(one.mean));
    const [per, gained] = Figures.words(result);
    const unit = Figures.money_unit(result);
    const shown = drawn ? positions(psa.n, Math.max(1, Math.floor(POINTS / others.length))) : [];
    const draws = drawn ? seen.flatMap((one) => shown.map((d) => ({ x: one.effect[d], y: one.cost[d], name: names[one.k] }))) : [];
    const means = drawn ? seen.map((one) => ({ ...one.mean, name: names[one.k] })) : [];
    const ellipses = drawn ? seen.flatMap((one) => ellipse(one).map((at, i) => ({ ...at, i, name: names[one.k] }))) : [];
    const marks = spots.map((at, j) => ({ ...at, name: names[others[j]] }));
    const line = threshold_line([...draws, ...means, ...ellipses, ...marks], threshold);
    const ways = Figures.looks(names, others.map((k) => names[k]));
    const on = { x: Figures.along("x", `Incremental ${gained} against ${names[reference]}`), y: Figures.along("y", `Incremental cost (${unit})`) };
    const detail = { color: ways.color };
    const order = { field: "i", type: "quantitative" };
    const spec = {
      datasets: { draws, means, ellipses, marks, line }, height: 320, encoding: on,
      layer: [
        Figures.rule("x", "zero"), Figures.rule("y", "zero"),
        { data: { name: "draws" }, mark: { type: "point", filled: true, style: "cloud" }, encoding: { ...detail, shape: ways.shape } },
        { data: { name: "line" }, mark: { type: "line", style: "threshold" } },
        { data: { name: "ellipses" }, mark: { type: "line", style: "ellipse" }, encoding: { ...detail, order } },
        { data: { name: "marks" }, mark: { type: "point", filled: true, style: "base-case" }, encoding: { ...detail, shape: ways.shape } },
        { data: { name: "means" }, mark: { type: "point", filled: false, style: "mean" } },
      ],
    };
    const part = shown.length < (psa ? psa.n : 0) ? `${Decide.fixed(shown.length, 0)} of ` : "";
    const of_draws = drawn ? `${part}${Figures.draws_text(psa.n)} shown as points; crosses and 95% ellipses are of all draws` : "No draws";
    const note = `Dashed: ${Decide.money(threshold)} ${unit} per ${per}. Outlined: base case. ${of_draws}.`;
    return {
      title, spec, note, stale: Boolean(result.stale && drawn), text: plane_text(result, names, seen, drawn),
      table: plane_table(names, seen, drawn, unit, gained, threshold, psa),
    };
  }

  /** Increments of strategy k over the reference: {k, base: {x, y}, effect, cost (draw,), mean: {x, y}}. */
  function increments({ base, psa, reference }, k) {
    const found = { k, base: { x: base.effect[k] - base.effect[reference], y: base.cost[k] - base.cost[reference] }, mean: null };
    if (!psa) return found;
    const effect = Decide.difference(psa.effect, psa.n, k, reference);
    const cost = Decide.difference(psa.cost, psa.n, k, reference);
    return { ...found, effect, cost, mean: { x: Decide.mean(effect), y: Decide.mean(cost) } };
  }

  function finite(at) {
    return Number.isFinite(at.x) && Number.isFinite(at.y);
  }

  /** At most `most` positions from 0 to n - 1, equally apart. */
  function positions(n, most) {
    const count = Math.min(n, most);
    return Array.from({ length: count }, (_, j) => (count === 1 ? 0 : Math.floor((j * (n - 1)) / (count - 1))));
  }

  /** Corners of the ellipse that holds 95% of draws which are normal, from their mean and covariance. */
  function ellipse({ effect, cost, mean }) {
    const n = effect.length;
    let [xx, xy, yy] = [0, 0, 0];
    for (let d = 0; d < n; d++) {
      const [x, y] = [effect[d] - mean.x, cost[d] - mean.y];
      xx += x * x;
      xy += x * y;
      yy += y * y;
    }
    const [sx, sy] = [Math.sqrt((WITHIN * xx) / (n - 1)), Math.sqrt((WITHIN * yy) / (n - 1))];
    if (n < 3 || !(sx > 0) || !(sy > 0)) return [];
    const slope = xy / Math.sqrt(xx * yy); // the correlation
    const rest = Math.sqrt(Math.max(0, 1 - slope * slope));
    return Array.from({ length: CORNERS + 1 }, (_, i) => {
      const [u, v] = [Math.cos((2 * Math.PI * i) / CORNERS), Math.sin((2 * Math.PI * i) / CORNERS)];
      return { x: mean.x + sx * u, y: mean.y + sy * (slope * u + rest * v) };
    });
  }

  /** The threshold's line through the origin, as far as the points reach. */
  function threshold_line(points, threshold) {
    const ends = (key) => points.reduce(([low, high], at) => [Math.min(low, at[key]), Math.max(high, at[key])], [0, 0]);
    const [[left, right], [bottom, top]] = [ends("x"), ends("y")];
    if (!(threshold > 0)) return [{ x: left, y: 0 }, { x: right, y: 0 }];
    const [low, high] = [Math.max(left, bottom / threshold), Math.min(right, top / threshold)];
    return [{ x: low, y: low * threshold }, { x: high, y: high * threshold }];
  }

  function plane_text(result, names, seen, drawn) {
    const [per, gained] = Figures.words(result);
    const unit = Figures.money_unit(result);
    const at = `${Decide.money(result.threshold)} ${unit} per ${per}`;
    const sentences = seen.map((one) => {
      const basis = drawn ? one.mean : one.base;
      const means = `${Decide.fixed(basis.x, 3, "+")} ${gained} and ${Decide.money(basis.y, "+")} ${unit}`;
      const start = `${names[one.k]} against ${names[result.reference]}: ${drawn ? "on average " : "in the base case "}${means}`;
      if (!drawn) return `${start}.`;
      return `${start}. In ${Decide.share(share_worth(one, result.threshold))} of ${Figures.draws_text(result.psa.n)} it is cost-effective at ${at}.`;
    });
    return (result.stale && drawn ? Figures.STALE : "") + sentences.join(" ");
  }

  /** Share of draws whose net benefit over the reference is above 0; a draw at 0 counts half. */
  function share_worth({ effect, cost }, threshold) {
    let found = 0;
    for (let d = 0; d < effect.length; d++) {
      const net = threshold * effect[d] - cost[d];
      found += net > 0 ? 1 : net === 0 ? 0.5 : 0;
    }
    return found / effect.length;
  }

  function plane_table(names, seen, drawn, unit, gained, threshold, psa) {
    const head = ["Strategy", `Incremental ${gained}, base case`, `Incremental cost (${unit}), base case`];
    const more = [
      `Incremental ${gained}, mean of draws`, `Incremental cost (${unit}), mean of draws`, `Draws cost-effective at ${Decide.money(threshold)}`,
    ];
    const rows = seen.map((one) => {
      const base = [names[one.k], Decide.fixed(one.base.x, 3), Decide.money(one.base.y)];
      if (!drawn) return base;
      return [
        ...base, Decide.estimate_text(Decide.estimate(one.effect), 3), Decide.estimate_text(Decide.estimate(one.cost), 0),
        Decide.percent(share_worth(one, threshold)),
      ];
    });
    return { head: drawn ? [...head, ...more] : head, rows };
  }

  Object.assign(Figures, { plane });
})();
