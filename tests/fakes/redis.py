"""A real Redis for tests: a server of its own on a Unix socket, with nothing kept on disk."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running_redis() -> Iterator[str]:
    """The address of a Redis that is gone at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="tz-redis-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "redis.sock"
        command = ["redis-server", "--port", "0", "--unixsocket", str(path)]
        command += ["--save", "", "--appendonly", "no", "--dir", folder]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if "ready to accept connections" in line.lower():
                    break
            else:
                raise AssertionError("Redis did not start")
            yield f"unix://{path}"
        finally:
            process.terminate()
            process.stdout.close()
            process.wait(10)
