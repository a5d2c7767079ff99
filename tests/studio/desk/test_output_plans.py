"""From choices to outputs: names of files, lines of the controls, and what goes on air."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.qt.translations import install_language
from studio.choices import DestinationChoice, RecordingChoice
from studio.desk.output_plans import (
    destination_of,
    file_in,
    lines_of,
    output_of,
    recording_of,
    size_text,
)
from studio.engine.protocol import BroadcastState, EngineState, OutputState

_AT = datetime(2026, 11, 20, 21, 7, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Piano by candlelight", "Piano by candlelight"),
        ('a/b\\c:d*e?"f<g>|h\n', "a b c d e f g h"),
        ("... ", "Teezu"),
        ("x" * 200, "x" * 80),
    ],
)
def test_a_title_becomes_a_name_that_every_system_takes(title: str, name: str) -> None:
    path = file_in(Path("films"), title, "mkv", at=_AT)
    assert path == Path("films") / f"{name} 2026-11-20 21-07-09.mkv"


def test_a_recording_is_split_by_what_was_chosen_only() -> None:
    by_time = recording_of(RecordingChoice(split="time", split_minutes=30), Path("a.mkv"))
    assert (by_time.split_s, by_time.split_mb) == (1800, None)
    by_size = recording_of(RecordingChoice(split="size", split_mb=500, tracks=3), Path("a.mkv"))
    assert (by_size.split_s, by_size.split_mb) == (None, 500)
    assert by_size.audio_tracks == (1, 2, 3)


def test_a_key_may_be_the_end_of_the_address() -> None:
    place = DestinationChoice(id="a", name="Second", url="rtmp://host/app/key")
    assert destination_of(place, None).key.get_secret_value() == ""
    assert destination_of(place, "k").backup_url is None


def _engine(*outputs: OutputState) -> EngineState:
    broadcast = BroadcastState(
        started_at="2026-11-20T21:00:00.000Z", elapsed_s=1, stream=None, outputs=outputs
    )
    return EngineState.model_construct(broadcast=broadcast)


def test_every_destination_has_a_line_with_its_state_or_its_trouble() -> None:
    install_language("en")
    live = OutputState(id="a", kind="rtmp", name="Live", target="h", phase="live", send_kbps=2480.4)
    cut = OutputState(
        id="b", kind="rtmp", name="Second", target="h", phase="failed", message="No key."
    )
    recording = OutputState(id="c", kind="recording", name="Film", target="f", phase="live")
    lines = lines_of(_engine(live, cut, recording), ())
    assert [(each.name, each.mark, each.kind, each.detail) for each in lines] == [
        ("Live", "Live", "success", "2,480 kbit/s"),
        ("Second", "Failed", "danger", "No key."),
    ]
    places = (
        DestinationChoice(name="Ready", url="rtmp://h/a"),
        DestinationChoice(name="Off", url="rtmp://h/a", is_on=False),
        DestinationChoice(name="Empty"),
    )
    assert [each.name for each in lines_of(None, places)] == ["Ready"]


def test_only_an_output_at_work_counts() -> None:
    over = OutputState(id="a", kind="recording", name="Film", target="f", phase="ended")
    assert output_of(_engine(over), "recording") is None
    assert output_of(None, "replay") is None


def test_sizes_are_read_in_megabytes_and_gigabytes() -> None:
    install_language("en")
    assert size_text(412_000_000) == "412 MB"
    assert size_text(75_100_000_000) == "75.1 GB"
