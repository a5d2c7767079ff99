"""A real Redis for tests: a server of its own on a Unix socket, with nothing kept on disk."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Redis:
    """A Redis that can be killed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self.url = f"unix://{folder / 'redis.sock'}"

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        command = ["redis-server", "--port", "0", "--unixsocket", str(self._folder / "redis.sock")]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        process = self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert process.stdout is not None
        for line in process.stdout:
            if "ready to accept connections" in line.lower():
                return
        raise AssertionError("Redis did not start")

    def kill(self) -> None:
        """kill -9, and wait until it is gone; again changes nothing."""
        process, self._process = self._process, None
        if process is not None and process.stdout is not None:
            process.kill()
            process.stdout.close()
            process.wait(10)


@contextmanager
def restartable_redis() -> Iterator[Redis]:
    """A running Redis that is gone at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="tz-redis-", ignore_cleanup_errors=True) as folder:
        redis = Redis(Path(folder))
        try:
            redis.start()
            yield redis
        finally:
            redis.kill()


@contextmanager
def running_redis() -> Iterator[str]:
    """The address of a Redis that is gone at the end of the block."""
    with restartable_redis() as redis:
        yield redis.url
