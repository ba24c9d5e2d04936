/** AtlasParts: tables, facts and the account of one comparison, as elements. */
const AtlasParts = (() => {
  "use strict";

  const element = AtlasFigures.element;
  const MAIN = ["upfront", "upfront_lump", "side_effects", "work", "p_both", "all_costs", "p_all", "qalys", "icer"];
  const MORE = ["work_illness", "work_friction", "work_human_capital", "subsequent", "later_cells"];

  /** A table of a grid's columns and rows; numbers to the right, an interval under its mean. */
  function table(grid, rows, factor, caption) {
    if (!rows.length) return null;
    const head = grid.columns.map((one) => element("th", { scope: "col", class: look(one) }, one.heading));
    const body = rows.map((row) => element("tr", null, row.map((cell, k) => td(cell, grid.columns[k], factor))));
    const notes = [rows.some((row) => row.some((cell) => Array.isArray(cell) && cell.length > 1)) ? "Below a mean: its 95% interval." : ""];
    notes.push(...(grid.note || "").split("\n"));
    return element("div", null, scroll(caption, element("table", null,
      element("caption", null, caption), element("thead", null, element("tr", null, head)), element("tbody", null, body),
    )), notes.filter(Boolean).map((line) => element("p", { class: "note" }, line)));
  }

  /** A part that scrolls sideways, by keyboard too. */
  function scroll(name, made) {
    return element("div", { class: "wide", tabindex: "0", role: "group", "aria-label": name }, made);
  }

  function look(column) {
    return column.decimals === null ? null : "number";
  }

  /** A heading that holds in every view. */
  function heading(column) {
    return { all_costs: "All costs", work: "Lost work" }[column.name] || column.heading;
  }

  function td(cell, column, factor, assumed = false) {
    const [middle, limits] = AtlasChoice.cell_text(cell, column, factor);
    const mark = assumed && (Array.isArray(cell) || /%$/.test(cell)); // a cell of words holds no money
    const marks = [look(column), mark ? "assumed" : null, typeof cell === "string" && column.decimals !== null ? "words" : null];
    const said = mark ? element("small", null, "assumed") : null;
    return element("td", { class: marks.filter(Boolean).join(" ") || null, "data-label": heading(column) },
      element("span", null, middle), limits ? element("small", null, limits) : null, said);
  }

  /** One table of comparisons: a body for each, with the line of its opponent below its numbers. */
  function comparisons(DATA, group, state, more) {
    const columns = (more ? MORE : MAIN).map((name) => DATA.tables.summary.columns.find((one) => one.name === name));
    const head = columns.map((one) => {
      const sortable = AtlasChoice.SORTED.includes(one.name) && !more;
      const [name, direction] = state.sort.split(" ");
      const order = name !== one.name ? null : direction === "up" ? "ascending" : "descending";
      const text = heading(one);
      const next = order === "descending" ? "up" : "down";
      const inside = sortable ? element("button", { type: "button", "data-sort": `${one.name} ${next}`, "data-key": group.title + one.name }, text) : text;
      return element("th", { scope: "col", role: "columnheader", class: one.name === "icer" ? "icer" : look(one), "aria-sort": sortable ? order || "none" : null }, inside);
    });
    const bodies = group.rows.map((row) => body(columns, row, state, more));
    const caption = more ? `Lost work by three methods, and subsequent treatment: ${group.title}` : group.title;
    const first = element("th", { scope: "col", role: "columnheader" }, "Comparison");
    return scroll(caption, element("table", { role: "table", class: "cards" }, element("caption", null, caption),
      element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, first, head)), ...bodies));
  }

  function body(columns, row, state, more) {
    const { one, view, money } = row;
    const href = `#${AtlasChoice.link(state, one.anchor)}`;
    const name = element("th", { scope: "row", role: "rowheader" }, element("a", { href }, one.short), element("small", null, one.name.split(":")[0]));
    const cells = view
      ? columns.map((column) => td(view.summary[column.name], column, money.factor, view.assumed[column.name]))
      : [element("td", { colspan: columns.length }, row.why)];
    cells.forEach((cell) => cell.setAttribute("role", "cell"));
    const against = one.opponent && !more
      ? element("tr", { role: "row", class: "opponent" }, element("td", { role: "cell", colspan: columns.length + 1 }, element("b", null, "First attack: "), one.opponent))
      : null;
    return element("tbody", { role: "rowgroup" }, element("tr", { role: "row" }, name, cells), against);
  }

  /** Words and what they stand for. */
  function facts(pairs) {
    return element("dl", null, pairs.map(([name, text]) => element("div", null, element("dt", null, name), element("dd", null, text))));
  }

  /** What opens under a title; it stays open when the page is drawn anew. */
  function folded(key, title, ...inside) {
    const kept = inside.flat().filter(Boolean);
    return kept.length ? element("details", { "data-key": key }, element("summary", { "data-key": `${key} title` }, title), kept) : null;
  }

  function listing(lines) {
    return lines.length ? element("ul", null, lines.map((line) => element("li", null, line))) : null;
  }

  /** All of one comparison. */
  function account(DATA, row) {
    const { one, view, money } = row;
    const fixed = (name, title) => folded(`${one.anchor} ${name}`, title, table(one[name], one[name].rows, 1, one[name].title));
    const opponent = one.opponent ? element("p", { class: "attack" }, element("b", null, "First attack. "), one.opponent) : null;
    const live = view ? findings(DATA, row) : [element("p", { class: "notice" }, `This view does not have this comparison: ${row.why}.`)];
    return element("article", { id: one.anchor, "aria-labelledby": `${one.anchor}-title` },
      element("h3", { id: `${one.anchor}-title`, tabindex: "-1" }, `${one.label} against ${one.against}`),
      element("p", { class: "which" }, one.name, element("span", { class: "tag" }, one.grade), element("span", { class: "tag" }, money.printed)),
      element("div", { class: "finding" }, view ? listing(row.sentences) : null, opponent),
      live,
      fixed("decision", "The decision apart from payback"), fixed("gains", "QALYs by cause"),
      fixed("published", "Published figures beside ours"), fixed("provenance", "What each bar rests on"),
      folded(`${one.anchor} lost`, "Lost work by every method", table(one.lost_work, one.lost_work.rows, money.factor, `${one.lost_work.title} (${money.printed})`)),
      facts([...one.facts, ["Money", money.told]]));
  }

  function findings(DATA, row) {
    const { one, view, money } = row;
    const own = (name) => table(DATA.tables[name], view[name], money.factor, `${DATA.tables[name].title} (${money.printed})`);
    const said = [["None counted", view.none], ["Not in this perspective", view.outside]].filter(([, causes]) => causes.length);
    const by = view.method ? `; lost work by ${view.method}` : "";
    return [
      element("figure", null, AtlasFigures.draw_waterfall(row),
        element("figcaption", null, `All costs of ${view.whose} by cause, difference per patient in ${money.printed}, lifetime, discounted${by}. 95% intervals of the draws in brackets.`)),
      folded(`${one.anchor} bars`, "The table of this figure", own("waterfall")),
      ...said.map(([name, causes]) => element("p", { class: "note" }, `${name}: ${causes.join("; ")}.`)),
      own("payback"),
      folded(`${one.anchor} horizons`, "Up to 1, 5 and 10 years", own("horizons")),
    ];
  }

  return { table, comparisons, account, facts, folded, listing };
})();
