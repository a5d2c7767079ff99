"""The system libraries and programs that the product and its tests need, by distribution."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

type Purpose = Literal["run", "test"]


@dataclass(frozen=True, slots=True)
class Distribution:
    """One family of Linux distributions and what it calls its packages."""

    tool: Literal["apt", "dnf"]
    members: tuple[str, ...]
    run: tuple[str, ...]
    test: tuple[str, ...]
    services: tuple[str, ...] = ()

    def packages(self, purpose: Purpose) -> tuple[str, ...]:
        """What must be there; testing needs all that running needs."""
        return self.run if purpose == "run" else self.run + self.test


# On Ubuntu 24.04 some of these have become `...t64`, which provide the old names.
DEBIAN = Distribution(
    tool="apt",
    members=("debian", "ubuntu"),
    run=(
        # Qt, with and without a display
        "libglib2.0-0",
        "libgl1",
        "libegl1",
        "libfontconfig1",
        "libxkbcommon0",
        "libdbus-1-3",
        # Qt on X11
        "libxcb-cursor0",
        "libxcb-icccm4",
        "libxcb-keysyms1",
        "libxcb-shape0",
        "libxkbcommon-x11-0",
        # the lists of cameras and sound devices (Qt Multimedia)
        "libpulse0",
        "libxrandr2",
        # sound in and out
        "libportaudio2",
        "libasound2-plugins",
    ),
    test=(
        "xvfb",
        "xauth",
        "openbox",
        "xdotool",
        "dbus-daemon",
        "ffmpeg",
        "pulseaudio",
        "pulseaudio-utils",
        "redis-server",
        "nginx",
        "libnginx-mod-rtmp",
    ),
    services=("redis-server", "nginx"),
)

# Fedora has no RTMP module for nginx, and its PulseAudio daemon would replace PipeWire: the
# tests that need one of them say so and are skipped there.
FEDORA = Distribution(
    tool="dnf",
    members=("fedora", "rhel"),
    run=(
        "glib2",
        "libglvnd-glx",
        "libglvnd-egl",
        "mesa-libGL",
        "mesa-libEGL",
        "fontconfig",
        "libxkbcommon",
        "dbus-libs",
        "libxcb",
        "xcb-util-cursor",
        "xcb-util-wm",
        "xcb-util-keysyms",
        "libxkbcommon-x11",
        "pulseaudio-libs",
        "libXrandr",
        "portaudio",
        "alsa-plugins-pulseaudio",
    ),
    test=(
        "xorg-x11-server-Xvfb",
        "xorg-x11-xauth",
        "openbox",
        "xdotool",
        "dbus-daemon",
        "ffmpeg-free",
        "pulseaudio-utils",
        "redis",
        "nginx",
    ),
    services=("redis", "nginx"),
)

DISTRIBUTIONS: tuple[Distribution, ...] = (DEBIAN, FEDORA)


def parse_os_release(text: str) -> dict[str, str]:
    """Read the `NAME=value` lines of os-release(5)."""
    fields = {}
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            fields[name] = value.strip("\"'")
    return fields


def distribution_of(os_release: Mapping[str, str]) -> Distribution | None:
    """Find the table for this machine, by its own name first, then by what it is like."""
    names = [os_release.get("ID", ""), *os_release.get("ID_LIKE", "").split()]
    for name in names:
        for distribution in DISTRIBUTIONS:
            if name in distribution.members:
                return distribution
    return None
