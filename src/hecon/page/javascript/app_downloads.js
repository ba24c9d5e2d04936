/** Downloads: the link, the scenario as a file for `hecon run`, tables as CSV, figures as SVG. */
const Downloads = (() => {
  "use strict";

  const { make } = Elements;
  let DATA = null;
  let latest = () => null;

  /** Build the section; `result` gives the latest result. */
  function start(data, result) {
    DATA = data;
    latest = result;
    const link = make("input", { type: "text", id: "link", readonly: true, "aria-describedby": "link-told", on_focus: () => link.select() });
    Elements.fill(Elements.at("share-body"),
      make("p", { class: "soft", id: "link-told" }, "The link holds everything that you changed and the versions that you kept. Whoever has this file can open it."),
      make("div", { class: "share" }, make("div", {}, make("label", { for: "link" }, "Link to what is shown"), make("br"), link),
        make("button", { type: "button", id: "copy-link", on_click: copy }, "Copy link")),
      make("p", { id: "share-told", class: "soft", role: "status" }),
      make("div", { class: "buttons" },
        make("button", { type: "button", class: "quiet", id: "download-scenario", on_click: () => scenario("page", State.get()) }, "Scenario for hecon run"),
        make("button", { type: "button", class: "quiet", id: "download-tables", on_click: tables }, "Tables as CSV"),
        make("button", { type: "button", class: "quiet", id: "print", on_click: () => window.print() }, "Print")),
      make("p", { class: "soft", id: "command" }));
  }

  /** Show the address of the state. */
  function show(hash) {
    Elements.at("link").value = Link.address(hash);
    const again = DATA.again ? ` ${DATA.again}` : "";
    Elements.at("command").textContent = `The same numbers from the command line: hecon run ${DATA.case}${again} --scenario-file ${file_name("page")}.csv`;
  }

  async function copy() {
    const link = Elements.at("link");
    try {
      await navigator.clipboard.writeText(link.value);
      Elements.at("share-told").textContent = "The link is copied.";
    } catch {
      link.focus();
      link.select();
      Elements.at("share-told").textContent = "The link is selected; copy it with Ctrl+C.";
    }
  }

  /** A cell of a CSV file. */
  function cell(value) {
    const text = String(value);
    return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  }

  function csv(rows) {
    return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
  }

  /** A name that can be a file's and a scenario's. */
  function file_name(text) {
    return text.trim().toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "") || "page";
  }

  /**
   * The rows of scenarios.csv that make a state of the submitted case.
   * @param {object} DATA
   * @param {string} name
   * @param {object} state
   * @returns {string[][]}
   */
  function scenario_rows(DATA, name, state) {
    const found = new Map(); // by what is changed; a later change of the same takes its place
    const add = (target, what, value, note = "") => {
      found.delete(`${target} ${what}`);
      found.set(`${target} ${what}`, [file_name(name), name, target, what, String(value), note]);
    };
    for (const [target, what, value] of DATA.scenario_rows || []) add(target, what, value, `scenario ${DATA.scenario}`);
    add("setting", "perspective", state.perspective);
    if (state.threshold !== null) add("setting", "threshold", state.threshold);
    if (state.horizon !== null) add("setting", "horizon", `${state.horizon} years`);
    const agreement = state.agreement === null && DATA.agreements ? DATA.agreements.base : state.agreement;
    if (agreement !== null && (agreement !== 0 || state.agreement !== null)) {
      const chosen = DATA.agreements.choices.find((one) => one.value === agreement);
      add("setting", "agreement", chosen ? chosen.name : agreement);
    }
    for (const [input, value] of Object.entries(state.values)) {
      const rate = { _dr_cost: "discount_cost", _dr_effect: "discount_effect" }[input];
      if (rate) add("setting", rate, value);
      else add("parameter", input, value, `submitted: ${State.input(input).value ?? "withheld"}`);
    }
    return [["scenario", "label", "target", "name", "value", "note"], ...found.values()];
  }

  /** Download a state as a scenario. */
  function scenario(name, state) {
    save(`${file_name(name)}.csv`, csv(scenario_rows(DATA, name, state)), "text/csv");
  }

  /** Download every table of the result, one below the other. */
  function tables() {
    const result = latest();
    if (!result) return;
    const plain = (one) => (typeof one === "string" ? one : one.below ? `${one.text} (${one.below})` : one.text || "");
    const every = [...Tables.all(DATA, result), ...["budget-tables", "agreements-tables"].map(Elements.at).filter(Boolean).flatMap(Elements.read)];
    const rows = every.flatMap((one) => [[one.title], one.head, ...one.rows.map((row) => row.map(plain)), []]);
    const changes = State.changes().map((one) => [one.what, one.before, one.after, one.provenance]);
    rows.push(["What differs from the submitted base case"], ["What", "Submitted", "Now", "Provenance"], ...changes);
    save(`${file_name(DATA.case)}_tables.csv`, `\ufeff${csv(rows)}`, "text/csv");
  }

  /** Download a figure that is drawn. */
  function picture(kind) {
    save(`${file_name(DATA.case)}_${kind}.svg`, Pictures.svg(kind), "image/svg+xml");
  }

  function save(name, text, type) {
    const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
    const link = make("a", { href: url, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  return { start, show, scenario, scenario_rows, picture };
})();
