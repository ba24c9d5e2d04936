"""JavaScript run from Python, in Node or in a headless Chromium: how the page's engine is compared with Python's.

Numbers that JSON has no word for (not a number, infinities, minus zero) go both ways.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from hecon.errors import HeconError

Runner = Literal["node", "chromium"]
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_INSTALL = (
    "install Node 18 or later (https://nodejs.org), or Chromium or Google Chrome (on Debian: apt-get install chromium)"
)
_ODD = {
    '"@number NaN@"': "NaN",
    '"@number Infinity@"': "Infinity",
    '"@number -Infinity@"': "-Infinity",
    '"@number -0@"': "-0.0",
}
_ENCODE = """
const _odd = one => Number.isFinite(one) && !Object.is(one, -0) ? one : `@number ${Object.is(one, -0) ? "-0" : one}@`;
const _encode = value => JSON.stringify({value}, (key, one) =>
  typeof one === "number" ? _odd(one) : ArrayBuffer.isView(one) ? Array.from(one) : one === undefined ? null : one);
const _told = error => JSON.stringify({error: String((error && error.stack) || error)});
"""
_IN_NODE = """%(encode)s
const _write = text => require("fs").writeFileSync(%(answer)s, text);
_main(%(data)s).then(value => _write(_encode(value)))
  .catch(error => _write(_told(error))).then(() => process.exit(0));
async function _main(data) { "use strict";
%(script)s
}
"""
# a page is printed when it has loaded, and it has not while the frame in it is open
_IN_CHROMIUM = """<!doctype html><meta charset="utf-8"><script type="application/json" id="answer"></script>
<iframe id="hold"></iframe>
<script>
%(encode)s
const _hold = document.getElementById("hold").contentDocument.open();
let _written = false;
const _write = text => {
  if (!_written) document.getElementById("answer").textContent = text.replace(/</g, "\\\\u003c");
  _written = true;
  _hold.close();
};
addEventListener("error", event => _write(_told(event.error || event.message)));
addEventListener("unhandledrejection", event => _write(_told(event.reason)));
</script><script>
async function _main(data) { "use strict";
%(script)s
}
</script><script>
_main(%(data)s).then(value => _write(_encode(value))).catch(error => _write(_told(error)));
</script>
"""


def run_javascript(
    script: str, data: object | None = None, *, timeout: float = 120.0, runner: Runner | None = None
) -> Any:
    """What a script returns, run in Node where it is found, else in a headless Chromium.

    `script` is the body of an async function in which `data` (what JSON can hold) stands; it ends in `return` and may use
    `await`. Typed arrays come back as lists, `undefined` as None. `timeout` is in seconds; `runner` chooses the program.

    Raises:
        HeconError: there is neither program; the script throws, and in Chromium a page error; no answer within `timeout`.

    >>> run_javascript("return data.map(x => 1 / x);", [2.0, 0.0, float("nan")])
    [0.5, inf, nan]
    """
    program, found = program_of(runner)
    run = _run_node if found == "node" else _run_chromium
    with tempfile.TemporaryDirectory(prefix="hecon-javascript-", ignore_cleanup_errors=True) as folder:
        try:
            answer = run(program, script, json.dumps(data), Path(folder), timeout)
        except subprocess.TimeoutExpired:
            raise HeconError(f"JavaScript in {found}: no answer within {timeout:g} seconds") from None
    for word, number in _ODD.items():
        answer = answer.replace(word, number)
    told: dict[str, Any] = json.loads(answer)
    if "error" in told:
        raise HeconError(f"JavaScript in {found}: {told['error']}")
    return told["value"]


def program_of(runner: Runner | None = None) -> tuple[str, Runner]:
    """The path of a program that runs JavaScript, and which it is.

    Raises:
        HeconError: there is none.

    >>> program_of()[1] in ("node", "chromium")
    True
    """
    if runner != "chromium" and (path := shutil.which("node")):
        return path, "node"
    if runner != "node" and (path := next(filter(None, map(shutil.which, _BROWSERS)), None)):
        return path, "chromium"
    missing = (
        "JavaScript: neither Node nor Chromium is" if runner is None else f"JavaScript: {runner.capitalize()} is not"
    )
    raise HeconError(f"{missing} on the path; {_INSTALL}")


def _run_node(program: str, script: str, data: str, folder: Path, timeout: float) -> str:
    answer, file = folder / "answer.json", folder / "script.js"
    parts = {"encode": _ENCODE, "script": script, "data": data, "answer": json.dumps(str(answer))}
    file.write_text(_IN_NODE % parts, encoding="utf-8")
    done = _finished([program, str(file)], timeout)
    return answer.read_text(encoding="utf-8") if answer.exists() else _failure(done.stderr)


def _run_chromium(program: str, script: str, data: str, folder: Path, timeout: float) -> str:
    file = folder / "page.html"
    parts = {"encode": _ENCODE, "script": _inside(script), "data": _inside(data)}
    file.write_text(_IN_CHROMIUM % parts, encoding="utf-8")
    # the sandbox is closed to root and in many containers; the page is ours and asks for nothing
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={folder / 'profile'}"]
    done = _finished([program, *options, "--dump-dom", file.as_uri()], timeout)
    answer = done.stdout.partition('id="answer">')[2].partition("</script>")[0]
    return answer or _failure(done.stderr)


def _inside(text: str) -> str:
    """JavaScript as it may stand inside a page's script element."""
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _finished(command: Sequence[str], timeout: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", errors="replace", check=False, timeout=timeout
    )


def _failure(said: str) -> str:
    return json.dumps({"error": said.strip()[-2000:] or "it ended without an answer"})
