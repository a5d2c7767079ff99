"""The demo server that `packaging/dev run` opens the apps on: found, or started and stopped."""

import http.client
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from devtool.places import ROOT, venv_python
from devtool.terminal import CannotGoOn, say

_HOST = "127.0.0.1"
_HTTP_PORT = 8700
_RTMP_PORT = 1935
_PROBE_S = 2.0
_START_S = 60.0
_STOP_S = 15.0


@dataclass(frozen=True, slots=True)
class DemoServer:
    """A server with demo data that answers at `url`; the accounts are in a private file."""

    url: str
    accounts: Path

    def account(self, role: str) -> tuple[str, str]:
        """The e-mail and password of the first demo account with a role."""
        try:
            listed = json.loads(self.accounts.read_text(encoding="utf-8"))["accounts"]
            return next((one["email"], one["password"]) for one in listed if one["role"] == role)
        except (OSError, ValueError, KeyError, TypeError, StopIteration):
            # None of these may quote the file: it holds passwords.
            raise CannotGoOn(
                f"{self.accounts} has no demo account for a {role}. Move the folder "
                f"{self.accounts.parent} away to start with fresh demo data."
            ) from None


@contextmanager
def demo_server(data: Path) -> Iterator[DemoServer]:
    """Use the server that answers at the usual address, or run one while the block lasts.

    A server that was there before is never stopped.
    """
    accounts = data / "demo-accounts.json"
    usual = f"http://{_HOST}:{_HTTP_PORT}"
    found = health(usual)
    if found and found.get("demo"):
        say(f"A demo server already answers at {usual}; using it.")
        yield DemoServer(url=usual, accounts=accounts)
        return
    if found:
        say(f"The server at {usual} has no demo data and is left alone.")
    http_port, rtmp_port = _free_or_any(_HTTP_PORT), _free_or_any(_RTMP_PORT)
    child, ready = _start(data, http_port, rtmp_port)
    try:
        say(f"The demo server answers at {ready['http']} and takes streams at {ready['rtmp']}.")
        yield DemoServer(url=ready["http"], accounts=accounts)
    finally:
        child.stop()


def health(url: str, *, timeout_s: float = _PROBE_S) -> dict[str, Any] | None:
    """What one of our servers at `url` says of itself; None for another program or nobody."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/health", timeout=timeout_s) as reply:
            fields = json.load(reply)
    except (OSError, ValueError, http.client.HTTPException):
        return None
    is_ours = isinstance(fields, dict) and {"ok", "version"} <= fields.keys()
    return fields if is_ours else None


def _free_or_any(port: int) -> int:
    """Give the port if nothing holds it, else 0, which lets the server choose."""
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            say(f"Port {port} is held by another program; the demo server takes a free one.")
            return 0
    return port


def _start(data: Path, http_port: int, rtmp_port: int) -> "tuple[_Child, dict[str, str]]":
    """Start the server in a session of its own, so that Ctrl+C reaches the app first."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = _fresh_log(data / "server.log")
    except OSError as error:
        raise CannotGoOn(
            f"The folder for the demo data, {data}, cannot be written ({error.strerror}). "
            "Make it writable, or set XDG_DATA_HOME to a folder that is."
        ) from None
    with log:
        process = subprocess.Popen(
            [
                *(str(venv_python()), "-m", "shared.server", "--data", str(data), "--demo"),
                *("--http", f"{_HOST}:{http_port}", "--rtmp", f"{_HOST}:{rtmp_port}"),
            ],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    lines: queue.Queue[str] = queue.Queue(maxsize=1)
    reader = threading.Thread(
        target=_first_line, args=(process, lines), name="server-output", daemon=True
    )
    reader.start()
    child = _Child(process, reader)
    try:
        ready = json.loads(lines.get(timeout=_START_S))
        return child, {"http": str(ready["http"]), "rtmp": str(ready["rtmp"])}
    except (queue.Empty, ValueError, KeyError, TypeError):
        child.stop()
        raise CannotGoOn(
            f"The demo server did not start. {_last_words(data / 'server.log')}\n"
            f"Its whole log is {data / 'server.log'}."
        ) from None
    except BaseException:
        child.stop()
        raise


@dataclass(frozen=True, slots=True)
class _Child:
    """The server's process, and the thread that keeps its output flowing."""

    process: subprocess.Popen[str]
    reader: threading.Thread

    def stop(self) -> None:
        """Ask the server to close its files and end; insist only when it does not."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            say("The demo server did not end in time and was stopped hard.")
            self.process.kill()
            self.process.wait()
        self.reader.join(_STOP_S)


def _first_line(process: subprocess.Popen[str], lines: "queue.Queue[str]") -> None:
    """Hand on the first line and keep the pipe empty; ends with the server's output."""
    if process.stdout is None:
        return
    with process.stdout as output:
        lines.put(output.readline())
        for _ in output:
            pass


def _fresh_log(path: Path) -> IO[bytes]:
    """Begin a log, and keep the one before."""
    if path.exists():
        path.replace(path.with_name(f"{path.name}.1"))
    return path.open("wb")


def _last_words(log: Path) -> str:
    """The sentence with which the server gave up, or else the last line that it wrote."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    sentences = [line for line in lines if not line.startswith("{")]
    return (sentences or lines or [""])[-1]


if sys.platform == "win32":
    # A console's Ctrl+C reaches every process in it there; the server then ends by itself.
    _STOP_S = 5.0
