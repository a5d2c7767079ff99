"""Logs as one JSON object a line, rotated, with request ids and without secrets."""

import json
import logging
import logging.handlers
import re
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

import platformdirs

from shared.clock import rfc3339

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being worked on; set it, and every line carries it."""

HIDDEN = "[hidden]"
_MAX_FILE_BYTES = 5 * 1024 * 1024
_KEPT_FILES = 5
_MAX_SECRETS = 200
_MIN_SECRET = 6
_CHATTY = ("httpx", "httpcore", "socketio", "engineio", "aiohttp", "asyncio", "qasync", "urllib3")

_NAMES = (
    r"(?:stream[_-]?key|password|passwd|passphrase|session(?:[_-]?id)?|secret|token|safe[ _-]?word"
    r"|api[_-]?key|authorization|cookie|otp|recovery[_-]?code|signature|sig)"
)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Authorization: Bearer abc
    (re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',;]+"), rf"\1 {HIDDEN}"),
    # rtmp://host/app/KEY: the last part of the path is the key
    (re.compile(r"(?i)\b(rtmps?://[^\s/\"']+/[^\s/\"'?]+)/[^\s\"'<>)]+"), rf"\1/{HIDDEN}"),
    # https://name:secret@host
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@\"']+@"), rf"\1{HIDDEN}@"),
    # key=abc
    (re.compile(r"(?i)(?<![a-z])(key=)(?:'[^']*'|\"[^\"]*\"|[^\s\"',;&)}\]]+)"), rf"\1{HIDDEN}"),
    # "password": "abc", 'session': 'abc', password=abc, ?token=abc, Cookie: session=abc
    (
        re.compile(
            rf"(?i)((?<![a-z0-9])[\"']?[a-z_-]*{_NAMES}[\"']?\s*[=:]\s*)"
            r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s\"',;&)}\]]+)"
        ),
        rf"\1{HIDDEN}",
    ),
)


class Redactor:
    """Takes secrets out of text: what looks like one, and those it was told of.

    Telling it is for secrets that may appear without a name in front of them, such as a stream key
    in another program's message. The newest 200 are remembered.
    """

    def __init__(self) -> None:
        self._secrets: dict[str, None] = {}

    def hide(self, secret: str) -> None:
        """Never let this text into a log; very short ones would hide half of every line."""
        if len(secret) < _MIN_SECRET:
            return
        self._secrets.pop(secret, None)
        self._secrets[secret] = None
        if len(self._secrets) > _MAX_SECRETS:
            del self._secrets[next(iter(self._secrets))]

    def clean(self, text: str) -> str:
        """The text without its secrets."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        return text


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON, redacted."""

    def __init__(self, redactor: Redactor, *, app: str) -> None:
        super().__init__()
        self._redactor = redactor
        self._app = app

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        clean = self._redactor.clean
        line: dict[str, object] = {
            "at": rfc3339(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "app": self._app,
            "logger": record.name,
            "message": clean(record.getMessage()),
        }
        if found := request_id.get():
            line["request_id"] = found
        if record.exc_info and record.exc_info[0] is not None:
            line["trace"] = clean("".join(traceback.format_exception(*record.exc_info)).rstrip())
        return json.dumps(line, ensure_ascii=False)


class Plain(logging.Formatter):
    """Formats a record for a terminal, redacted."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        return self._redactor.clean(super().format(record))


class Logs:
    """The process's logging while it is open: a rotated file of JSON lines, and standard error.

    A folder that cannot be written to costs the file, not the app; `notice` then says so.
    """

    def __init__(
        self,
        app: str,
        *,
        folder: Path | None = None,
        level: int = logging.INFO,
        terminal: TextIO | None = None,
        terminal_level: int = logging.WARNING,
    ) -> None:
        self.redactor = Redactor()
        self.notice: str | None = None
        self.path = (folder or log_folder()) / f"{app}.log"
        self._app = app
        self._level = level
        self._terminal = terminal
        self._terminal_level = terminal_level
        self._handlers: list[logging.Handler] = []
        self._before = logging.WARNING

    def __enter__(self) -> Self:
        self._add_file()
        stream = self._terminal or sys.stderr
        if stream is not None:  # a windowed app on Windows has none
            shown = logging.StreamHandler(stream)
            shown.setLevel(self._terminal_level)
            shown.setFormatter(Plain(self.redactor))
            self._handlers.append(shown)
        root = logging.getLogger()
        self._before = root.level
        root.setLevel(self._level)
        for handler in self._handlers:
            root.addHandler(handler)
        for name in _CHATTY:
            logging.getLogger(name).setLevel(logging.WARNING)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        root = logging.getLogger()
        root.setLevel(self._before)
        for handler in self._handlers:
            root.removeHandler(handler)
            handler.close()
        self._handlers.clear()
        for name in _CHATTY:
            logging.getLogger(name).setLevel(logging.NOTSET)

    def _add_file(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            kept = _PrivateFile(
                self.path, maxBytes=_MAX_FILE_BYTES, backupCount=_KEPT_FILES, encoding="utf-8"
            )
        except OSError:
            self.notice = (
                f"The log cannot be written to {self.path.parent}; make that folder writable to"
                " keep one."
            )
            return
        kept.setFormatter(JsonLines(self.redactor, app=self._app))
        self._handlers.append(kept)


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotated file that only its owner can read."""

    def _open(self) -> TextIOWrapper:
        stream = super()._open()
        Path(self.baseFilename).chmod(0o600)
        return stream


def log_folder() -> Path:
    """Where the person's logs of all our apps lie."""
    return Path(platformdirs.user_log_dir("teezu-studio", appauthor=False))
