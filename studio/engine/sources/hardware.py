"""Decoding by the graphics hardware, where it can be shown to work with a file."""

import av
from av.codec.hwaccel import HWAccel, hwdevices_available
from av.container import InputContainer

_TIMEOUT_S = 10.0


def open_with_hardware(path: str) -> InputContainer | None:
    """Open a file for hardware decoding; None where no device decodes its first picture.

    Each device is tried with the file itself: that a driver is compiled in says little.
    """
    for device in hwdevices_available():
        if _decodes(path, device):
            return _opened(path, device)
    return None


def _opened(path: str, device: str) -> InputContainer:
    accelerator = HWAccel(device, allow_software_fallback=False)
    return av.open(path, timeout=_TIMEOUT_S, hwaccel=accelerator)


def _decodes(path: str, device: str) -> bool:
    try:
        with _opened(path, device) as container:
            return next(container.decode(video=0), None) is not None
    except (av.FFmpegError, OSError, ValueError, RuntimeError, IndexError, NotImplementedError):
        return False  # this device does not do it; the next may
