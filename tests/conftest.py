"""House rules for every test: a private environment, no unexpected warning, nothing left behind."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from fakes.display import Screen, running_screen
from fakes.pulse import running_pulse
from hypothesis import settings

# A busy machine is no failure: tests are bounded as a whole, not example by example.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

pytest_plugins = ["rules.leaks", "rules.noise"]

# Before anything imports Qt or a keyring: no window of ours opens on a developer's desktop, and
# no secret of a test reaches the real keyring.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.update(
    QT_API="pyside6",
    PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
    LC_ALL="C.UTF-8",
)
for _name in ("DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY", "LANGUAGE"):
    os.environ.pop(_name, None)


@pytest.fixture(autouse=True)
def private_folders(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give each test its own settings, data, cache and runtime folders, and its own home.

    The path is short, because Unix sockets may live in the runtime folder.
    """
    with tempfile.TemporaryDirectory(prefix="tz-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        for variable, folder in (
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_RUNTIME_DIR", "run"),
        ):
            path = home / folder
            path.mkdir(mode=0o700)
            monkeypatch.setenv(variable, str(path))
        monkeypatch.setenv("HOME", name)
        yield home


@pytest.fixture(scope="session")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a private 1920x1080 X screen with a window manager; the value is its DISPLAY."""
    with running_screen(home=tmp_path_factory.mktemp("openbox")) as screen:
        yield screen.name


@pytest.fixture
def desktop_env(display: str) -> dict[str, str]:
    """The environment of a child process that shows windows on, or captures, `display`."""
    return Screen(name=display, size=(1920, 1080)).env


@pytest.fixture(scope="session")
def pulse() -> Iterator[Mapping[str, str]]:
    """Start a private PulseAudio daemon; the value is the environment that reaches it."""
    with tempfile.TemporaryDirectory(prefix="tz-pulse-") as name, running_pulse(Path(name)) as env:
        yield env
