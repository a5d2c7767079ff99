"""The server's log: one JSON object a line on stderr, without secrets."""

import json
import logging
import re
import sys
from datetime import UTC, datetime

_SECRETS = re.compile(
    r"(?i)(/live/|bearer\s+|session[\"'=:\s]+|key[\"'=:\s]+|password[\"'=:\s]+)([\w\-.~+/]{8,})"
)


def redact(text: str) -> str:
    """The text with everything that looks like a key, session or password struck out."""
    return _SECRETS.sub(r"\1***", text)


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger and message; a traceback where there is one."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if record.exc_info:
            line["traceback"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def set_up(level: str) -> None:
    """Send every record of `level` and above to stderr."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[stream], force=True)
    for name in ("engineio", "socketio", "aiosqlite", "uvicorn.access", "uvicorn.error", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
