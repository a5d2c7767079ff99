"""Fail a test that logs a warning it did not announce; Qt and Python warnings fail by settings."""

import logging
import re
from collections.abc import Callable, Iterator

import pytest

_OURS = ("shared", "studio", "console", "devtool")
# Others' loggers, and the level from which what they say is a defect of ours.
_OTHERS = {"asyncio": logging.ERROR, "uvicorn": logging.ERROR, "socketio": logging.ERROR}


class _Listener(logging.Handler):
    """Collects every record that a passing test must have announced."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        area = record.name.partition(".")[0]
        if area in _OURS or record.levelno >= _OTHERS.get(area, logging.CRITICAL):
            self.records.append(record)


type ExpectLog = Callable[[str], None]


@pytest.fixture(autouse=True)
def expect_log() -> Iterator[ExpectLog]:
    """Announce a warning: `expect_log("regex")`. It may come often, but must come once.

    Any other record of our packages at WARNING or above fails the test.
    """
    expected: list[re.Pattern[str]] = []
    listener = _Listener()
    root = logging.getLogger()
    root.addHandler(listener)
    try:
        yield lambda pattern: expected.append(re.compile(pattern))
    finally:
        root.removeHandler(listener)
    said = [(f"{record.levelname} {record.name}", record) for record in listener.records]
    unexpected = [
        f"{origin}: {record.getMessage()}"
        for origin, record in said
        if not any(pattern.search(record.getMessage()) for pattern in expected)
    ]
    missing = [
        pattern.pattern
        for pattern in expected
        if not any(pattern.search(record.getMessage()) for _, record in said)
    ]
    if unexpected:
        pytest.fail("logged without announcing it:\n" + "\n".join(unexpected), pytrace=False)
    if missing:
        pytest.fail("announced but never logged:\n" + "\n".join(missing), pytrace=False)
