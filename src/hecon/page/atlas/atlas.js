/** The page of the atlas: draws what is chosen, and holds the choices in its link. */
(() => {
  "use strict";

  const DATA = JSON.parse(document.getElementById("data").textContent);
  const element = AtlasFigures.element;
  const room = (id) => document.getElementById(id);
  const CONTROLS = {
    currency: "Currency", perspective: "Perspective", method: "Lost work by", show: "Show", grade: "Grade", sort: "Sort by",
  };
  let state = AtlasChoice.start(DATA);
  let unknown = [];

  /** The controls, made once: three as buttons in a row, three as lists. */
  function make_controls() {
    const known = AtlasChoice.choices_of(DATA);
    for (const [name, words] of Object.entries(CONTROLS)) {
      const values = known[name];
      if (name === "grade" && values.length < 3) continue;
      room("controls").append(["currency", "perspective", "method"].includes(name) ? radios(name, words, values) : list(name, words, values));
    }
    room("controls").addEventListener("change", (event) => choose({ [event.target.name]: event.target.value }));
    room("change").addEventListener("click", () => room("controls").querySelector("input:checked").focus());
    room("reset").addEventListener("click", () => choose(AtlasChoice.start(DATA)));
  }

  function radios(name, words, values) {
    const each = values.map((one) => {
      const input = element("input", { type: "radio", name, value: one.value });
      return element("label", null, input, element("span", null, one.label));
    });
    const hint = name === "method" ? element("small", { id: "method-hint" }) : null;
    return element("fieldset", { "aria-describedby": hint ? "method-hint" : null }, element("legend", null, words), element("div", { class: "segments" }, each), hint);
  }

  function list(name, words, values) {
    const each = values.map((one) => element("option", { value: one.value }, one.label));
    return element("label", { class: "list" }, element("span", null, words), element("select", { name }, each));
  }

  function show_controls() {
    for (const input of room("controls").elements) {
      if (input.type === "radio") input.checked = state[input.name] === input.value;
      else if (input.name) input.value = state[input.name];
    }
    room("method-hint").textContent = state.perspective === "societal" ? "" : "This perspective counts no lost work.";
  }

  /** Takes choices, and writes them into the link. */
  function choose(changed) {
    state = { ...state, ...changed };
    unknown = [];
    location.replace(`#${AtlasChoice.link(state)}`);
    draw();
  }

  function read_link() {
    const told = AtlasChoice.from_link(DATA, location.hash.slice(1));
    const same = JSON.stringify(told.state) === JSON.stringify(state) && !told.unknown.length && !unknown.length;
    ({ state, unknown } = told);
    if (!same) draw();
    if (told.at) open_comparison(told.at);
  }

  function open_comparison(anchor) {
    const title = room(`${anchor}-title`);
    if (!title) return;
    title.scrollIntoView();
    title.focus({ preventScroll: true });
  }

  /** Draws everything that a choice changes; what was open stays open, and the focus stays where it was. */
  function draw() {
    const open = new Set([...document.querySelectorAll("details[open][data-key]")].map((one) => one.dataset.key));
    const focused = document.activeElement && document.activeElement.dataset.key;
    const found = AtlasChoice.groups(DATA, state);
    const rows = found.flatMap((group) => group.rows);
    show_controls();
    draw_summary(found, rows);
    room("accounts").replaceChildren(...rows.map((row) => AtlasParts.account(DATA, row)));
    room("link").href = `#${AtlasChoice.link(state)}`;
    room("status").textContent = said(rows);
    for (const one of document.querySelectorAll("details[data-key]")) if (open.has(one.dataset.key)) one.open = true;
    if (focused) [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === focused)?.focus();
  }

  function said(rows) {
    const label = (name) => AtlasChoice.choices_of(DATA)[name].find((one) => one.value === state[name]).label;
    const lost = state.perspective === "societal" ? `, lost work by ${label("method")}${state.method === "own" ? " method" : ""}` : "";
    const wrong = unknown.length ? ` The link asks for what this page does not have: ${unknown.join("; ")}.` : "";
    return `${rows.length} of ${DATA.comparisons.length} comparisons: money ${label("currency")}, ${state.perspective} perspective${lost}.${wrong}`;
  }

  function draw_summary(found, rows) {
    room("overall").textContent = DATA.overall[`${state.perspective} | ${state.method}`];
    const costly = rows.filter((row) => row.view && row.view.shares.length);
    room("returns").replaceChildren(...costly.map((row) => element("div", { class: "return" },
      element("a", { href: `#${AtlasChoice.link(state, row.one.anchor)}` }, row.one.short), element("small", null, row.one.name.split(":")[0]),
      AtlasFigures.draw_shares(row))));
    room("returns-table").replaceChildren(shares_table(costly) || "");
    room("returns-figure").hidden = !costly.length;
    const tables = found.map((group) => AtlasParts.comparisons(DATA, group, state, false));
    const more = found.filter((group) => group.rows.some((row) => row.view)).map((group) => AtlasParts.comparisons(DATA, group, state, true));
    room("tables").replaceChildren(...(tables.length ? tables : [element("p", null, "No comparison is of this kind and grade.")]));
    room("more").replaceChildren(...more);
    room("summary-note").textContent = DATA.tables.summary.note;
  }

  function shares_table(costly) {
    const heads = ["Comparison", "What", "Share (95% interval)", "Money assumed"];
    const grid = { columns: heads.map((heading) => ({ heading, decimals: null, money: false })), note: "" };
    const rows = costly.flatMap((row) => row.view.shares.map((one) =>
      [row.one.name, one.text, AtlasChoice.share_text(one.cell), one.assumed ? "over half" : ""]));
    return AtlasParts.table(grid, rows, 1, "What comes back of the extra upfront cost");
  }

  /** What no choice changes: what the page was made of, headroom, how to read it. */
  function draw_fixed() {
    const { headroom } = DATA;
    const none = headroom.rows.rows.length || headroom.products.rows.length ? null : element("p", null, "No case of this project is graded exploratory.");
    room("made").replaceChildren(AtlasParts.facts(DATA.made));
    const parts = [
      none, AtlasParts.table(headroom.rows, headroom.rows.rows, 1, headroom.rows.title),
      AtlasParts.folded("today", "Today's comparators", AtlasParts.listing(headroom.today)),
      AtlasParts.table(headroom.products, headroom.products.rows, 1, headroom.products.title),
      AtlasParts.folded("known", "What is known, and what would have to be true", AtlasParts.listing(headroom.known)),
    ];
    room("headroom-rows").replaceChildren(...parts.filter(Boolean));
    room("reading-lines").replaceChildren(AtlasParts.listing(DATA.reading));
  }

  make_controls();
  draw_fixed();
  draw();
  read_link();
  addEventListener("hashchange", read_link);
  document.addEventListener("click", (event) => {
    const sort = event.target.closest("button[data-sort]");
    if (sort) choose({ sort: sort.dataset.sort });
    const leads = event.target.closest('a[href*="at="]');
    if (leads && leads.getAttribute("href") === location.hash) open_comparison(AtlasChoice.from_link(DATA, location.hash.slice(1)).at);
  });
})();
