"""The part of sounddevice that the product uses; the library ships no types."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt

type Device = int | str | None
type Latency = float | Literal["low", "high"] | None
type Samples = npt.NDArray[np.float32]

class PortAudioError(Exception): ...
class CallbackStop(Exception): ...
class CallbackAbort(Exception): ...

class CallbackFlags:
    input_underflow: bool
    input_overflow: bool
    output_underflow: bool
    output_overflow: bool
    priming_output: bool
    def __bool__(self) -> bool: ...

class DeviceList(tuple[dict[str, Any], ...]): ...

class _Stream:
    @property
    def samplerate(self) -> float: ...
    @property
    def blocksize(self) -> int: ...
    @property
    def device(self) -> int: ...
    @property
    def channels(self) -> int: ...
    @property
    def latency(self) -> float: ...
    @property
    def active(self) -> bool: ...
    @property
    def stopped(self) -> bool: ...
    @property
    def closed(self) -> bool: ...
    @property
    def time(self) -> float: ...
    @property
    def cpu_load(self) -> float: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def start(self) -> None: ...
    def stop(self, ignore_errors: bool = True) -> None: ...
    def abort(self, ignore_errors: bool = True) -> None: ...
    def close(self, ignore_errors: bool = True) -> None: ...

class InputStream(_Stream):
    def __init__(
        self,
        samplerate: float | None = None,
        blocksize: int | None = None,
        device: Device = None,
        channels: int | None = None,
        dtype: str | None = None,
        latency: Latency = None,
        extra_settings: Any = None,
        callback: Callable[[Any, int, Any, CallbackFlags], None] | None = None,
        finished_callback: Callable[[], None] | None = None,
        clip_off: bool | None = None,
        dither_off: bool | None = None,
        never_drop_input: bool | None = None,
    ) -> None: ...
    @property
    def read_available(self) -> int: ...
    def read(self, frames: int) -> tuple[Samples, bool]: ...

class OutputStream(_Stream):
    def __init__(
        self,
        samplerate: float | None = None,
        blocksize: int | None = None,
        device: Device = None,
        channels: int | None = None,
        dtype: str | None = None,
        latency: Latency = None,
        extra_settings: Any = None,
        callback: Callable[[Any, int, Any, CallbackFlags], None] | None = None,
        finished_callback: Callable[[], None] | None = None,
        clip_off: bool | None = None,
        dither_off: bool | None = None,
    ) -> None: ...
    @property
    def write_available(self) -> int: ...
    def write(self, data: npt.NDArray[Any]) -> bool: ...

class RawInputStream(InputStream): ...
class RawOutputStream(OutputStream): ...

def query_devices(device: Device = None, kind: str | None = None) -> Any: ...
def query_hostapis(index: int | None = None) -> Any: ...
def check_input_settings(
    device: Device = None,
    channels: int | None = None,
    dtype: str | None = None,
    extra_settings: Any = None,
    samplerate: float | None = None,
) -> None: ...
def check_output_settings(
    device: Device = None,
    channels: int | None = None,
    dtype: str | None = None,
    extra_settings: Any = None,
    samplerate: float | None = None,
) -> None: ...
def _initialize() -> None: ...
def _terminate() -> None: ...
