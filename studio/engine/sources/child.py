"""A capture in a process of its own: what hangs or crashes there cannot hurt the show.

The child writes messages to its standard output: four letters for the kind, two numbers, the
length of what follows. It ends when its standard input does.
"""

import contextlib
import os
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

HEADER = struct.Struct("<4sqqI")
_LARGEST = 4 * 1024 * 1024
_WAITING = 256
_END_S = 2.0


@dataclass(frozen=True, slots=True)
class Message:
    """What a child said: the two numbers mean what its kind says."""

    kind: str
    first: int
    second: int
    payload: bytes


def child_command(*arguments: str) -> list[str]:
    """Return the command line of a capture's process, from sources or from a frozen app."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "capture", *arguments]
    return [sys.executable, "-m", "studio", "capture", *arguments]


class CaptureChild:
    """A running child; whoever starts it reads it and closes it."""

    def __init__(self, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        root = str(Path(__file__).resolve().parents[3])
        known = os.environ.get("PYTHONPATH")
        path = os.pathsep.join((root, known)) if known else root
        self._messages: queue.Queue[Message | None] = queue.Queue(_WAITING)
        self._process = subprocess.Popen(
            child_command(*arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, **(environment or {})},
        )
        self._reader = threading.Thread(
            target=self._read, name=f"capture-{arguments[0]}", daemon=True
        )
        self._reader.start()

    @property
    def pid(self) -> int:
        """The child's process."""
        return self._process.pid

    def take(self, timeout_s: float) -> Message | None:
        """Return the next message; None when none came in time.

        Raises:
            EOFError: the child has ended.
        """
        try:
            message = self._messages.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if message is None:
            raise EOFError
        return message

    def close(self) -> None:
        """End the child, by force if it hangs, and the thread that reads it."""
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        try:
            self._process.wait(_END_S / 4)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_END_S)
        self._reader.join(_END_S)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _read(self) -> None:
        output = self._process.stdout
        while output is not None and (message := read_message(output)) is not None:
            try:
                self._messages.put(message, timeout=_END_S)
            except queue.Full:
                continue  # nobody reads: what is old is of no use
        with contextlib.suppress(queue.Full):
            self._messages.put(None, timeout=_END_S)


def read_message(stream: IO[bytes]) -> Message | None:
    """Return the next message of a stream; None at its end, or when it makes no sense."""
    try:
        head = stream.read(HEADER.size)
        if len(head) < HEADER.size:
            return None
        kind, first, second, length = HEADER.unpack(head)
        payload = stream.read(length) if length <= _LARGEST else b""
    except (OSError, ValueError):
        return None
    if len(payload) < length:
        return None
    return Message(kind.decode("ascii", errors="replace").strip(), first, second, payload)


def write_message(
    stream: IO[bytes], kind: str, first: int = 0, second: int = 0, payload: bytes = b""
) -> None:
    """Write one message of a child; ends the process when nobody listens any more."""
    try:
        stream.write(HEADER.pack(kind.ljust(4).encode(), first, second, len(payload)) + payload)
        stream.flush()
    except OSError:
        os._exit(0)


def end_with_input() -> None:
    """Let this process end when its standard input does: whoever started it has gone."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=wait, name="capture-input", daemon=True).start()
