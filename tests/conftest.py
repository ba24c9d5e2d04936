"""Under CI=true a test that is skipped has failed: whatever it needs, CI must have. No property is held to a time: a busy machine
would fail it.
"""

import os
import signal
from collections.abc import Generator

import pytest
from hypothesis import settings

settings.register_profile("hecon", deadline=None)
settings.load_profile("hecon")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell tells what it runs in the background to ignore Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The report of a test's setup, call or end, with a skip made a failure."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI=true does not allow: {report.longrepr}"
    return report
