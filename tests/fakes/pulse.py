"""A private PulseAudio daemon with one silent output, for tests that hear or play sound."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SINK_NAME = "teezu_test"
_START_DEADLINE_S = 20.0


@contextmanager
def running_pulse(folder: Path) -> Iterator[dict[str, str]]:
    """Start a daemon with a null sink in `folder` and give the environment that reaches it.

    What is played on the default output can be recorded from `teezu_test.monitor`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    address = folder / "native"
    env = {
        **os.environ,
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "PULSE_RUNTIME_PATH": str(folder),
        "PULSE_STATE_PATH": str(folder),
        "PULSE_SERVER": f"unix:{address}",
        "PULSE_SINK": SINK_NAME,
        "PULSE_SOURCE": f"{SINK_NAME}.monitor",
    }
    env.pop("DISPLAY", None)
    command = [
        *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"),
        *("--disable-shm=yes", "--realtime=no", "--high-priority=no"),
        f"--load=module-null-sink sink_name={SINK_NAME} rate=48000",
        f"--load=module-native-protocol-unix auth-anonymous=1 socket={address}",
    ]
    daemon_env = {key: value for key, value in env.items() if key != "PULSE_SERVER"}
    daemon = subprocess.Popen(
        command, env=daemon_env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_until_open(daemon, address)
        yield env
    finally:
        daemon.terminate()
        try:
            daemon.wait(_START_DEADLINE_S)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()


def _wait_until_open(daemon: subprocess.Popen[bytes], address: Path) -> None:
    """Return once the daemon accepts clients; raise when it ends or takes too long."""
    step_s = 0.05
    for _ in range(int(_START_DEADLINE_S / step_s)):
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(address))
            except OSError:
                pass
            else:
                return
        try:
            daemon.wait(step_s)
        except subprocess.TimeoutExpired:
            continue
        break
    raise RuntimeError("PulseAudio did not start; run `packaging/dev setup` to install it")
