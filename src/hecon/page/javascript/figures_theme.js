/** Figures: how a specification looks at a width, on light or dark: colours, words that fit, sizes for a finger and an eye. */
(() => {
  "use strict";

  const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
  const LETTER = 6.6; // pixels of a letter at 12 pixels, about
  const LINE = 15; // pixels of a line of words
  const BAR = 13;
  const TOP = -8; // of a title above an axis
  const NARROW = 480;
  const PANEL = 320; // panels this wide stand side by side
  const LIGHT = { ink: "#1A1A1A", soft: "#595959", grid: "#E6E6E6", band: "#CFCFCF", paper: "#FFFFFF", total: "#404040" };
  const DARK = { ink: "#F2F2F2", soft: "#BDBDBD", grid: "#3A3A3A", band: "#5C5C5C", paper: "#16181C", total: "#C9C9C9" };

  /**
   * A specification that fits a width in a theme.
   * @param {object} spec of a figure
   * @param {number} width pixels, from 240
   * @param {boolean} dark
   * @returns {object} a specification with width and config; the figure's own is not changed
   */
  function fitted(spec, width, dark) {
    const found = { ...spec, config: config(spec, width, dark), padding: 4, background: null };
    const own = ranges(dark);
    if (spec.datasets.rows) Object.assign(found, rows_apart(spec, width));
    if (!spec.concat) return { ...found, ...wrapped(found, width, own), width, autosize: { type: "fit-x", contains: "padding" } };
    const columns = Math.max(1, Math.min(3, spec.concat.length, Math.floor(width / PANEL)));
    const each = Math.floor((width - 8 - 24 * (columns - 1)) / columns) - 50;
    const panels = spec.concat.map((one) => ({ ...wrapped(one, each, own), width: each, title: lines(one.title, each) }));
    return { ...found, columns, spacing: 24, concat: panels };
  }

  /**
   * Bars under words: labels in lines, rows high enough for the longest, each bar at the foot of its row. Values stand at the right,
   * beside the label, or where both have no room in a line of their own.
   */
  function rows_apart({ datasets, layer }, width) {
    const value = LETTER * 1.2 * Math.max(...datasets.rows.map((one) => one.value.length));
    const apart = value > width / 3;
    const rows = datasets.rows.map((one) => ({ ...one, label: [lines(one.label, width - 24 - (apart ? 0 : value))].flat() }));
    const most = Math.max(...rows.map((one) => one.label.length)) + (apart ? 1 : 0);
    const step = BAR + 12 + LINE * most;
    const placed = (mark) => {
      if (mark.style === "row-bar") return { ...mark, height: BAR, yOffset: (step - BAR) / 2 - 4 };
      const line = { "row-label": 0, "row-value": apart ? most - 1 : 0 }[mark.style];
      return line === undefined ? mark : { ...mark, dy: 4 - step / 2 + LINE * line, baseline: "top", lineHeight: LINE };
    };
    return { datasets: { ...datasets, rows }, height: rows.length * step, layer: layer.map((one) => ({ ...one, mark: placed(one.mark) })) };
  }

  /** Colours of bars by name, where they are not those of strategies. */
  function ranges(dark) {
    const colours = dark ? Figures.COLOURS_DARK : Figures.COLOURS;
    return { parts: [colours[0], colours[2], (dark ? DARK : LIGHT).total], ends: [colours[0], colours[6]] };
  }

  /** A specification whose axes have titles in lines no longer than the width, and whose named ranges are colours. */
  function wrapped(spec, width, own) {
    const found = { ...spec };
    if (spec.layer) found.layer = spec.layer.map((one) => wrapped(one, width, own));
    if (!spec.encoding) return found;
    found.encoding = Object.fromEntries(Object.entries(spec.encoding).map(([channel, one]) => {
      const changed = { ...one };
      if (changed.title) changed.title = lines(one.title, width - (channel === "y" ? 56 : 70));
      if (channel === "y" && Array.isArray(changed.title)) changed.axis = { ...one.axis, titleY: TOP - LINE * (changed.title.length - 1) };
      const words = (one && one.legend && one.legend.values) || [];
      if (words.some((word) => too_long(word, width))) changed.legend = { ...one.legend, labelExpr: broken(words, width) };
      if (one && one.scale && own[one.scale.range]) changed.scale = { ...one.scale, range: own[one.scale.range] };
      return [channel, one && changed];
    }));
    return found;
  }

  function too_long(word, width) {
    return LETTER * word.length > width - 60;
  }

  /** An expression that gives each word of a legend in lines. */
  function broken(words, width) {
    return `(${JSON.stringify(Object.fromEntries(words.map((word) => [word, lines(word, width - 60)])))})[datum.label]`;
  }

  /** A text in lines of at most so many pixels, broken between words. */
  function lines(text, pixels) {
    const most = Math.max(12, Math.floor(pixels / LETTER));
    const found = [""];
    for (const word of String(text).split(" ")) {
      const last = found[found.length - 1];
      if (last && last.length + 1 + word.length > most) found.push(word);
      else found[found.length - 1] = last ? `${last} ${word}` : word;
    }
    return found.length === 1 ? found[0] : found;
  }

  /** The words of all legends of a specification. */
  function legend_words(spec) {
    const own = spec.encoding && spec.encoding.color && spec.encoding.color.scale ? spec.encoding.color.scale.domain || [] : [];
    return [...own, ...[...(spec.layer || []), ...(spec.concat || [])].flatMap(legend_words)];
  }

  function config(spec, width, dark) {
    const tone = dark ? DARK : LIGHT;
    const colours = dark ? Figures.COLOURS_DARK : Figures.COLOURS;
    const small = width < NARROW;
    const longest = Math.max(1, ...legend_words(spec).map((word) => word.length));
    const columns = Math.max(1, Math.min(4, Math.floor((width - 20) / (LETTER * longest + 44))));
    const words = { color: tone.ink, fontSize: 12 };
    return {
      aria: false, font: FONT, view: { stroke: null },
      axis: {
        labelColor: tone.soft, titleColor: tone.ink, gridColor: tone.grid, domainColor: tone.soft, tickColor: tone.soft, labelFontSize: 12,
        titleFontSize: 12, titleFontWeight: "normal", labelOverlap: "greedy", titleLimit: 0, titlePadding: 8,
      },
      axisX: { grid: false, labelFlush: true, ...(spec.concat ? { tickCount: 5 } : { tickCount: small ? 4 : 7 }) },
      axisY: {
        titleAngle: 0, titleAlign: "left", titleAnchor: "end", titleX: -30, titleY: TOP, titleBaseline: "line-bottom", domain: false,
        tickCount: 6, ...(spec.concat ? { minExtent: 44, maxExtent: 44 } : {}),
      },
      title: { anchor: "start", color: tone.ink, fontSize: 13, fontWeight: 600, offset: 26 },
      legend: {
        orient: "bottom", direction: "vertical", columns, labelColor: tone.ink, labelFontSize: small ? 11 : 12, labelLimit: width - 36, symbolOpacity: 1,
        symbolSize: 90, symbolStrokeWidth: 2, rowPadding: 4, columnPadding: 14, offset: 12, layout: { bottom: { anchor: "start", bounds: "full", direction: "vertical" } },
      },
      range: { category: colours },
      style: styles(tone, words, width),
    };
  }

  /** Styles of marks; the specifications name them and know no colour. */
  function styles(tone, words, width) {
    return {
      zero: { color: tone.soft, strokeWidth: 1 },
      threshold: { color: tone.ink, strokeDash: [5, 3], strokeWidth: 1.2 },
      dotted: { color: tone.ink, strokeDash: [1.5, 3], strokeWidth: 1.4 },
      cloud: { size: 9, opacity: 0.35 },
      ellipse: { strokeWidth: 1.4 },
      "base-case": { size: 130, opacity: 1, stroke: tone.ink, strokeWidth: 1.6 },
      mean: { shape: "M-1,0H1M0,-1V1", size: 160, opacity: 1, color: tone.ink, strokeWidth: 2.2 },
      frontier: { color: tone.band, strokeWidth: 8, strokeCap: "butt" },
      curve: { strokeWidth: 2.2 },
      crossing: { size: 70, opacity: 1, color: tone.ink },
      "mark-right-above": { ...words, align: "left", dx: 7, dy: -11, baseline: "middle" },
      "mark-right-below": { ...words, align: "left", dx: 7, dy: 12, baseline: "middle" },
      "mark-left-above": { ...words, align: "right", dx: -7, dy: -11, baseline: "middle" },
      "mark-left-below": { ...words, align: "right", dx: -7, dy: 24, baseline: "middle" },
      "row-label": { ...words, align: "left" },
      "row-value": { ...words, align: "right", fontWeight: 600 },
      stack: { stroke: tone.paper, strokeWidth: 0.8 },
      spread: { color: tone.ink, strokeWidth: 1.2 },
      net: { shape: "diamond", size: 70, opacity: 1, color: tone.ink, stroke: tone.paper },
      owed: { color: tone.ink, strokeWidth: 1.6 },
      "owed-point": { color: tone.ink, size: 26 },
    };
  }

  Object.assign(Figures, { fitted, paper: (dark) => (dark ? DARK : LIGHT).paper });
})();
