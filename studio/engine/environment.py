"""What the media libraries need in the environment before they are imported."""

import os
import sys
from pathlib import Path

_ALSA_CONFIGURATION = ("/usr/share/alsa/alsa.conf", "/usr/local/share/alsa/alsa.conf")
_ALSA_PLUGINS = (
    "/usr/lib/x86_64-linux-gnu/alsa-lib",
    "/usr/lib/aarch64-linux-gnu/alsa-lib",
    "/usr/lib64/alsa-lib",
    "/usr/lib/alsa-lib",
)


def prepare_libraries() -> None:
    """Point ALSA at the system's own configuration; call it before anything imports av.

    The wheel's ALSA looks below a folder of its build machine that anybody may create.
    """
    if sys.platform != "linux":
        return
    for variable, places in (
        ("ALSA_CONFIG_PATH", _ALSA_CONFIGURATION),
        ("ALSA_PLUGIN_DIR", _ALSA_PLUGINS),
    ):
        found = next((place for place in places if Path(place).exists()), None)
        if found is not None:
            os.environ.setdefault(variable, found)
