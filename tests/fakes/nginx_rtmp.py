"""A real nginx with its RTMP module on a free port, recording what is published to it."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

_CONFIGURATION = """
load_module {module};
{user}
daemon off;
worker_processes 1;
error_log {folder}/error.log info;
pid {folder}/nginx.pid;
events {{ worker_connections 64; }}
rtmp {{
    server {{
        listen 127.0.0.1:{port};
        chunk_size 4096;
        application live {{
            live on;
            record all;
            record_path {folder}/recorded;
            record_suffix .flv;
            hls on;
            hls_path {folder}/hls;
            hls_fragment 1s;
            {extra}
        }}
    }}
}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{control_port};
        location /control {{ rtmp_control all; }}
    }}
}}
"""
_MODULES = (
    Path("/usr/lib/nginx/modules/ngx_rtmp_module.so"),
    Path("/usr/lib64/nginx/modules/ngx_rtmp_module.so"),
)


@dataclass(frozen=True, slots=True)
class Nginx:
    """Where it listens and where its files are."""

    port: int
    folder: Path
    control_port: int

    @property
    def control(self) -> str:
        """The address of its control module, without the path."""
        return f"http://127.0.0.1:{self.control_port}"

    @property
    def url(self) -> str:
        return f"rtmp://127.0.0.1:{self.port}/live"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_nginx(
    folder: Path, extra: str = "", *, control_port: int | None = None
) -> Iterator[Nginx]:
    """Start nginx and wait until it listens; skips the test where it is not installed.

    `extra` are directives for the application; its control module answers on a port of its own.
    """
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    module = next((each for each in _MODULES if each.exists()), None)
    if program is None or module is None:
        pytest.skip("nginx with libnginx-mod-rtmp is not installed")
    for name in ("recorded", "hls"):
        (folder / name).mkdir(parents=True, mode=0o777)
    port, control_port = free_port(), control_port or free_port()
    configuration = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    text = _CONFIGURATION.format(
        module=module,
        user=user,
        folder=folder,
        port=port,
        control_port=control_port,
        extra=extra,
    )
    configuration.write_text(text)
    with subprocess.Popen([program, "-c", str(configuration), "-p", str(folder)]) as process:
        try:
            _wait_for(port, process)
            yield Nginx(port, folder, control_port)
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        assert process.poll() is None, "nginx ended at once"
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
    pytest.fail("nginx does not listen")
