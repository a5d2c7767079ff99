"""Real engines for fault tests, and the figures that the tests give, told after the run."""

from collections.abc import Callable

import pytest
from fakes.engines import engine, launch, runtime_dir

__all__ = ["engine", "launch", "runtime_dir"]

type TellFigure = Callable[[str, object], None]


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> TellFigure:
    """Note what was measured: a name with its unit, and a value."""

    def tell(name: str, value: object) -> None:
        record_property(f"figure:{name}", value)

    return tell


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of every fault test."""
    lines = [
        f"{report.nodeid.rpartition('/')[2]}: {name.removeprefix('figure:')} = {value}"
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        for name, value in report.user_properties
        if report.when == "call" and name.startswith("figure:")
    ]
    if lines:
        terminalreporter.section("figures of faults")
        for line in lines:
            terminalreporter.write_line(line)
