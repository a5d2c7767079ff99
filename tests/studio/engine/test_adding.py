"""Adding outputs: a disk that says no keeps no show off the air, and everything else does."""

import pytest

from shared.errors import AppError, InvalidInput, StorageError
from studio.engine.outputs import add_all
from studio.engine.protocol import OutputSpec, RecordingOutput, RtmpOutput

_SHOW = RtmpOutput(id="show", url="rtmp://host/live")
_FILE = RecordingOutput(id="file", path="film.mkv")
_FULL = StorageError("There is no room.", code="DISK_FULL")


class _Engine:
    """Adds outputs, except those that are refused."""

    def __init__(self, refusals: dict[str, AppError]) -> None:
        self._refusals = refusals
        self.added: list[str] = []
        self.told: list[AppError] = []

    async def add(self, spec: OutputSpec) -> None:
        if spec.id in self._refusals:
            raise self._refusals[spec.id]
        self.added.append(spec.id)

    async def add_all(self, *specs: OutputSpec) -> None:
        await add_all(specs, self.add, self.told.append)


async def test_a_show_goes_on_air_without_its_file_and_says_why() -> None:
    engine = _Engine({"file": _FULL})
    await engine.add_all(_FILE, _SHOW)
    assert engine.added == ["show"]
    assert engine.told == [_FULL]


async def test_a_recording_alone_fails_with_its_file() -> None:
    engine = _Engine({"file": _FULL})
    with pytest.raises(StorageError):
        await engine.add_all(_FILE)


async def test_a_destination_that_is_none_stops_the_show() -> None:
    engine = _Engine({"show": InvalidInput("No such address.")})
    with pytest.raises(InvalidInput):
        await engine.add_all(_FILE, _SHOW)
    assert engine.told == []
