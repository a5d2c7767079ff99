"""The test's end of a piloted studio window: starts it, gives orders, waits for sights."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.words import ROOT

_ANSWER_S = 30.0
_LOOK_EVERY_S = 0.05

type Sight = dict[str, Any]


class RemotePilot:
    """A studio window in another process."""

    def __init__(self, process: "subprocess.Popen[str]", answers: "queue.Queue[str]") -> None:
        self.process = process
        self._answers = answers

    def order(self, do: str, **values: object) -> Any:
        """Give an order and return what was seen."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **values}) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> Any:
        """The next answer."""
        line = self._answers.get(timeout=_ANSWER_S)
        assert line, f"the window's process ended with {self.process.wait(5)}"
        reply = json.loads(line)
        assert reply["ok"], reply.get("why")
        return reply["seen"]

    def look(self) -> Sight:
        """What a person sees now."""
        sight: Sight = self.order("look")
        return sight

    def until(
        self, is_so: Callable[[Sight], object], what: str, *, deadline_s: float = 20.0
    ) -> Sight:
        """Look until it is so."""
        end = time.monotonic() + deadline_s
        pause = threading.Event()
        while True:
            sight = self.look()
            if is_so(sight):
                return sight
            assert time.monotonic() < end, f"not seen: {what}; seen: {sight}"
            pause.wait(_LOOK_EVERY_S)

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def ended(self, deadline_s: float = 20.0) -> int:
        """Wait until the process has ended by itself, and return its exit code."""
        return self.process.wait(deadline_s)


@contextmanager
def studio_window(env: Mapping[str, str], *arguments: str) -> Iterator[RemotePilot]:
    """A studio window that is ready for orders; killed at the end if it has not ended."""
    places = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.piloted", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**env, "PYTHONPATH": places},
        cwd=ROOT,
    )
    answers: queue.Queue[str] = queue.Queue()

    def collect() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            answers.put(line)
        answers.put("")

    reader = threading.Thread(target=collect, name="window answers")
    reader.start()
    try:
        pilot = RemotePilot(process, answers)
        assert pilot.answer() == "ready"
        yield pilot
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)
        reader.join(10)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def password_file(folder: Path, password: str) -> Path:
    """A private file with a password on its first line."""
    path = folder / "password"
    path.touch(mode=0o600)
    path.write_text(password + "\n", encoding="utf-8")
    return path
