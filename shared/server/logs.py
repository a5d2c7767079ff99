"""The server's log: one JSON object a line on stderr, with request ids and without secrets."""

import logging
import sys

from shared.logs import JsonLines, Redactor

QUIET = (
    *("engineio", "socketio", "aiosqlite", "uvicorn", "alembic", "asyncio"),
    *("httpx", "httpcore"),  # they tell addresses, and some hold keys
    "sqlalchemy",  # tells rows, and they hold people's words
)
"""Libraries that say too much below a warning."""


def set_up(level: str) -> None:
    """Send every record of `level` and above to stderr."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(JsonLines(Redactor(), app="teezu-server"))
    logging.basicConfig(level=level.upper(), handlers=[stream], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
