/** Figures: how a specification looks at a width, on light or dark: colours, words that fit, sizes for a finger and an eye. */
(() => {
  "use strict";

  const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
  const LETTER = 6.6; // pixels of a letter at 12 pixels, about
  const NARROW = 480;
  const WIDE = 720; // from here on panels stand side by side
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
    if (!spec.concat) return { ...found, ...wrapped(spec, width, own), width, autosize: { type: "fit-x", contains: "padding" } };
    const columns = width >= WIDE ? Math.min(2, spec.concat.length) : 1;
    const each = Math.floor((width - 8 - 24 * (columns - 1)) / columns) - 50;
    const panels = spec.concat.map((one) => ({ ...wrapped(one, each, own), width: each, title: lines(one.title, each) }));
    return { ...found, columns, spacing: 24, concat: panels };
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
      if (changed.title) changed.title = lines(one.title, width - 70);
      if (one && one.scale && own[one.scale.range]) changed.scale = { ...one.scale, range: own[one.scale.range] };
      return [channel, one && changed];
    }));
    return found;
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
        titleAngle: 0, titleAlign: "left", titleAnchor: "end", titleX: 0, titleY: -8, titleBaseline: "line-bottom", domain: false,
        tickCount: 6, ...(spec.concat ? { minExtent: 44, maxExtent: 44 } : {}),
      },
      title: { anchor: "start", color: tone.ink, fontSize: 13, fontWeight: 600, offset: 26 },
      legend: {
        orient: "bottom", direction: "vertical", columns, labelColor: tone.ink, labelFontSize: 12, labelLimit: width - 60, symbolOpacity: 1,
        symbolSize: 90, symbolStrokeWidth: 2, rowPadding: 4, columnPadding: 14, offset: 12, symbolFillColor: "transparent",
      },
      range: { category: colours },
      style: styles(tone, colours, words, width),
    };
  }

  /** Styles of marks; the specifications name them and know no colour. */
  function styles(tone, colours, words, width) {
    const ink = { stroke: tone.ink, fill: tone.ink, color: tone.ink };
    return {
      zero: { color: tone.soft, strokeWidth: 1 },
      threshold: { color: tone.ink, strokeDash: [5, 3], strokeWidth: 1.2 },
      dotted: { color: tone.ink, strokeDash: [1.5, 3], strokeWidth: 1.4 },
      cloud: { filled: true, size: 9, opacity: 0.35 },
      ellipse: { strokeWidth: 1.4 },
      "base-case": { filled: true, size: 130, opacity: 1, stroke: tone.ink, strokeWidth: 1.6 },
      mean: { shape: "M-1,0H1M0,-1V1", size: 160, opacity: 1, filled: false, stroke: tone.ink, strokeWidth: 2.2 },
      frontier: { color: tone.band, strokeWidth: 8, strokeCap: "butt" },
      curve: { strokeWidth: 2.2 },
      crossing: { filled: true, size: 70, opacity: 1, fill: tone.ink },
      "mark-left": { ...words, align: "left", dx: 8, dy: 14, baseline: "middle" },
      "mark-right": { ...words, align: "right", dx: -8, dy: 14, baseline: "middle" },
      "row-bar": { height: 14, yOffset: 8, cornerRadius: 0 },
      "row-label": { ...words, align: "left", dy: -9, baseline: "middle", limit: Math.max(90, width - 150) },
      "row-value": { ...words, align: "right", dy: -9, baseline: "middle", fontWeight: 600 },
      stack: { stroke: tone.paper, strokeWidth: 0.8 },
      spread: { color: tone.ink, strokeWidth: 1.2 },
      net: { ...ink, shape: "diamond", filled: true, size: 60, opacity: 1, stroke: tone.paper },
      owed: { color: tone.ink, strokeWidth: 1.6 },
      "owed-point": { color: tone.ink, filled: true, size: 26 },
    };
  }

  Object.assign(Figures, { fitted, paper: (dark) => (dark ? DARK : LIGHT).paper });
})();
