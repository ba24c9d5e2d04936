/** The page: what happens when it opens, and after every change. */
(() => {
  "use strict";

  const { make, at, fill } = Elements;
  const DATA = JSON.parse(at("data").textContent);
  let result = null;
  let submitted = null;
  let last_run = null; // of whatever state was run last, shown as out of date until its own is there
  let turn = 0;

  function begin() {
    State.start(DATA);
    Model.start(DATA);
    const linked = Link.read();
    const unknown = linked && linked.state ? State.replace(linked.state) : [];
    lede();
    Confidential.show(DATA);
    Settings.start(DATA);
    Inputs.start(DATA);
    Downloads.start(DATA, () => result);
    Scenarios.start(DATA, linked && linked.scenarios, address);
    Paying.start(DATA);
    Pictures.start(DATA);
    about();
    submitted = compute(State.submitted());
    update();
    performance.mark("first answer");
    if (linked) said_of_link(linked, unknown);
    State.on(Elements.later(update, 0));
    at("stop").addEventListener("click", stop);
    document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); at("main").focus(); at("main").scrollIntoView(); });
    window.addEventListener("hashchange", () => { const found = Link.read(); if (found && found.state) State.replace(found.state); });
    setTimeout(after_first_answer, 30);
  }

  /** Draws and figures, once the first answer stands. */
  async function after_first_answer() {
    Pictures.open().catch((error) => status(`The figures cannot be drawn here: ${error.message}`));
    try {
      if (await Runs.start({ progress, done, failed })) {
        if (State.is_changed()) await Runs.at_once(State.submitted());
        await Runs.at_once(State.get());
      } else status(settled());
    } catch (error) {
      failed(error.message);
    }
  }

  /** The result of a state, with the draws that are at hand. */
  function compute(state) {
    const run = Runs.of(state);
    if (run) last_run = run;
    const stale = !run && last_run !== null;
    return Result.make(DATA, state, Model.evaluate(state), run || last_run, stale);
  }

  /** After a change: the base case at once, then draws and the tornado. */
  function update() {
    const started = performance.now();
    const state = State.get();
    result = compute(state);
    Answer.show(DATA, result, submitted);
    const took = performance.now() - started;
    Settings.refresh();
    Inputs.refresh();
    Tables.show(DATA, result);
    changes();
    address();
    const base = `Base case computed in ${Math.max(1, Math.round(took))} ms.`;
    status(result.faults.length ? "The model refuses these inputs." : !Runs.n ? base : result.stale ? `${base} The draws follow.` : `${base} ${settled()}`);
    if (!result.faults.length && Runs.n) Runs.ask(state);
    if (result.faults.length) Runs.halt();
    if (Runs.running) document.body.dataset.draws = "running";
    else idle();
    turn += 1;
    settle();
  }

  /** What can wait a moment: figures, scenarios side by side, the tornado. */
  const settle = Elements.later(async () => {
    const [mine, shown] = [turn, result];
    Paying.show(shown);
    Pictures.show(shown);
    Scenarios.show();
    if (shown.faults.length || shown.strategies.length < 2) return;
    const rows = await Result.tornado(DATA, shown, () => mine === turn);
    if (!rows || mine !== turn) return;
    result.tornado = rows;
    Pictures.show(result, ["tornado"]);
  }, 120);

  function progress(share) {
    at("progress").hidden = false;
    at("stop").hidden = false;
    at("stop").textContent = "Stop";
    at("progress").value = share;
    document.body.dataset.draws = "running";
    if (share === 0) status(`Running ${Runs.n.toLocaleString("en-US")} draws.`);
  }

  function idle() {
    at("progress").hidden = true;
    at("stop").hidden = true;
    document.body.dataset.draws = !Runs.n ? "none" : result.stale || !result.psa ? "old" : "current";
  }

  /** The draws of the state now are there. */
  function done() {
    const tornado = result.tornado;
    const before = State.submitted();
    submitted = Result.make(DATA, before, Model.evaluate(before), Runs.of(before), false);
    result = compute(State.get());
    result.tornado = tornado;
    Paying.show(result);
    idle();
    Answer.show(DATA, result, submitted);
    Tables.show(DATA, result);
    Pictures.show(result, ["plane", "ceac"]); // what the draws give
    Scenarios.show();
    status(settled());
  }

  /** What the status line says when nothing runs. */
  function settled() {
    const held = Runs.held(State.get()).length;
    const fixed = held ? ` ${Elements.count(held, "changed input")} ${held === 1 ? "is" : "are"} fixed at your value in all draws.` : "";
    const refused = result.psa && last_run && last_run.faults.length ? ` Refused: ${last_run.faults[0]}.` : "";
    return Runs.n ? `All ${Runs.n.toLocaleString("en-US")} draws are of these inputs.${fixed}${refused}` : "This page carries no draws: results are those of the base case.";
  }

  /** Stop the draws, or run them again where they were stopped. */
  function stop() {
    if (!Runs.running) {
      Runs.at_once(State.get());
      return;
    }
    Runs.halt();
    idle();
    without_draws();
    at("stop").hidden = false;
    at("stop").textContent = "Run the draws";
    status("Stopped. The draws are not of these inputs.");
  }

  /** No draws of these inputs are on their way. */
  function without_draws() {
    result.halted = true;
    Answer.show(DATA, result, submitted);
  }

  function failed(words) {
    idle();
    without_draws();
    status(`The draws cannot be run here (${words}); the base case is not touched by this.`);
  }

  function status(words) {
    at("status").textContent = words.trim();
  }

  function address() {
    const state = State.get();
    const hash = Link.hash_of(DATA, state, Scenarios.list);
    if (State.is_changed() || Scenarios.list.length || location.hash) Link.write(hash);
    Downloads.show(hash);
  }

  function said_of_link(linked, unknown) {
    const told = [];
    if (linked.case !== DATA.case) told.push(`This link was made for the case ${linked.case}.`);
    else if (linked.program !== DATA.fingerprints.program || linked.inputs !== DATA.fingerprints.inputs) {
      told.push("This link was made with another version of this model: its changes are applied, and its results may differ.");
    }
    if (unknown.length) told.push(`Not applied, because this page does not know or refuses them: ${unknown.join(", ")}.`);
    if (told.length) at("lede").after(make("div", { class: "notice" }, told.map((words) => make("p", {}, words))));
  }

  /** The list of changes. */
  function changes() {
    const found = State.changes();
    const rows = found.map((one) => [one.what, one.before, one.after, one.provenance]);
    Elements.refill(at("changes-body"), found.length
      ? Elements.table("Changes", ["What", "Submitted", "Now", "Provenance of the submitted value"], rows)
      : make("p", { class: "soft" }, "Nothing: you see the submitted base case."));
  }

  function lede() {
    const { population, jurisdiction } = DATA.texts;
    const labels = DATA.strategies.map((one) => one.label).join(" or ");
    const parts = [labels, population, jurisdiction].filter((one) => one && one.length < 200);
    at("lede").textContent = parts.join(" · ");
  }

  function about() {
    const { inputs, program } = DATA.fingerprints;
    const facts = [
      ["Case", DATA.case + (DATA.structure ? `, structure ${DATA.structure}` : "") + (DATA.scenario ? `, scenario ${DATA.scenario}` : "")],
      ["Draws", DATA.draws ? `${DATA.draws.n.toLocaleString("en-US")} of ${Elements.count(DATA.draws.names.length, "input")}, carried by this page` : "none"],
      ["What runs here", "The model itself: this file needs no network, sends nothing, and stores versions that you keep in this browser only."],
      ["What it cannot do", "It changes inputs, not the structure of the model. A changed input is fixed at its new value in all draws."],
      ["Limits", DATA.texts.limitations || ""],
    ].filter(([, words]) => words);
    fill(at("about-body"), make("dl", { class: "facts" }, facts.map(([what, words]) => [make("dt", {}, what), make("dd", {}, words)])));
    const tested = DATA.verification ? `Verified: ${DATA.verification.words}.` : "This page was not verified; hecon verify-page compares it with hecon.";
    fill(at("footer"),
      make("p", {}, `Written by hecon ${DATA.version} on ${DATA.date}.`), make("p", {}, "Inputs ", make("code", {}, (inputs || "none").slice(0, 16)), ", model ", make("code", {}, (program || "none").slice(0, 16)), "."),
      make("p", { id: "certificate" }, tested));
  }

  begin();
})();
