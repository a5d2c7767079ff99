"""Playlists: what is listed, what may be fetched, and what is gone."""

import pytest

from shared.clock import SystemClock
from shared.server.ingest.hls import GRACE, WINDOW, HlsStore
from shared.server.ingest.reports import InitReport, Media, MediaReport, SegmentReport

STREAM = "0193-stream"
MEDIA = Media("h264", 1920, 1080, "aac", 48_000, 2)


class Desk:
    """A store with one broadcast, whose worker is the test."""

    def __init__(self, root) -> None:
        self.store = HlsStore(root, clock=SystemClock())
        self.folder = self.store.open(STREAM)
        self.serial = 0

    def begin(self, epoch: int) -> None:
        (self.folder / f"init-{epoch}.mp4").write_bytes(b"init")
        self.store.add_media(STREAM, MediaReport(epoch, MEDIA))
        self.store.add_init(STREAM, InitReport(epoch, f"init-{epoch}.mp4"))

    def segment(self, epoch: int, duration_s: float = 2.0) -> str:
        self.serial += 1
        name = f"{epoch}-{self.serial}.m4s"
        (self.folder / name).write_bytes(b"media")
        report = SegmentReport(epoch, name, duration_s, 1_700_000_000_000 + self.serial * 2000)
        self.store.add_segment(STREAM, report)
        return name

    @property
    def lines(self) -> list[str]:
        return self.store.playlist(STREAM).splitlines()

    def value(self, tag: str) -> str:
        [line] = [line for line in self.lines if line.startswith(f"#{tag}:")]
        return line.partition(":")[2]

    @property
    def listed(self) -> list[str]:
        return [line for line in self.lines if not line.startswith("#")]


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    made.begin(1)
    return made


def test_a_playlist_names_init_times_and_segments(desk):
    names = [desk.segment(1), desk.segment(1, 1.5)]
    text = desk.store.playlist(STREAM)
    assert text.startswith("#EXTM3U\n#EXT-X-VERSION:7\n")
    assert '#EXT-X-MAP:URI="init-1.mp4"' in text
    assert "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:22.000Z\n#EXTINF:2.00000,\n" in text
    assert "#EXTINF:1.50000," in text
    assert desk.listed == names
    assert "ENDLIST" not in text


def test_the_target_duration_covers_every_segment_and_never_falls(desk):
    desk.segment(1, 2.033)
    assert desk.value("EXT-X-TARGETDURATION") == "2"
    desk.segment(1, 4.6)
    for _ in range(WINDOW + 1):
        desk.segment(1, 1.0)
    assert desk.value("EXT-X-TARGETDURATION") == "5"


def test_the_window_slides_and_old_files_go_after_a_grace(desk):
    first = int(desk.value("EXT-X-MEDIA-SEQUENCE"))
    names = [desk.segment(1) for _ in range(WINDOW + GRACE + 3)]
    assert desk.listed == names[-WINDOW:]
    assert int(desk.value("EXT-X-MEDIA-SEQUENCE")) == first + GRACE + 3
    kept = {path.name for path in desk.folder.glob("*.m4s")}
    assert kept == set(names[-WINDOW - GRACE :])
    assert desk.store.segment_path(STREAM, names[0]) is None
    assert desk.store.segment_path(STREAM, names[3]) == desk.folder / names[3]


def test_discontinuities_are_marked_and_counted_when_they_leave(desk):
    base = int(desk.value("EXT-X-DISCONTINUITY-SEQUENCE"))
    desk.segment(1)
    desk.begin(2)
    desk.segment(2)
    assert desk.lines.count("#EXT-X-DISCONTINUITY") == 1
    assert '#EXT-X-MAP:URI="init-2.mp4"' in desk.lines
    for _ in range(WINDOW - 1):
        desk.segment(2)
    # The second epoch's first segment is now the first of all: its mark stays with it.
    assert desk.lines.count("#EXT-X-DISCONTINUITY") == 1
    assert int(desk.value("EXT-X-DISCONTINUITY-SEQUENCE")) == base
    desk.segment(2)
    assert desk.lines.count("#EXT-X-DISCONTINUITY") == 0
    assert int(desk.value("EXT-X-DISCONTINUITY-SEQUENCE")) == base + 1


def test_the_init_of_an_epoch_stays_as_long_as_its_segments(desk):
    desk.segment(1)
    desk.begin(2)
    for _ in range(WINDOW):
        desk.segment(2)
    assert desk.store.segment_path(STREAM, "init-1.mp4") is not None
    for _ in range(GRACE):
        desk.segment(2)
    assert desk.store.segment_path(STREAM, "init-1.mp4") is None
    assert not (desk.folder / "init-1.mp4").exists()


@pytest.mark.parametrize(
    "name",
    ["../init-1.mp4", "/etc/passwd", "init-1.mp4/", "init-9.mp4", "1-99.m4s", "", ".", "1-1.m4s\n",
     ".1-1.m4s.part", "init-1.mp4\x00", "..\\init-1.mp4"],
)  # fmt: skip
def test_only_published_names_are_answered(desk, name):
    desk.segment(1)
    assert desk.store.segment_path(STREAM, name) is None
    assert desk.store.segment_path("../" + STREAM, "init-1.mp4") is None


@pytest.mark.parametrize("stream_id", ["", "..", "a/b", "a\\b", "-a", "x" * 65, "a.b"])
def test_ids_that_could_leave_the_folder_are_not_opened(tmp_path, stream_id):
    with pytest.raises(ValueError, match="letters, digits and dashes"):
        HlsStore(tmp_path, clock=SystemClock()).open(stream_id)


def test_hiding_deletes_everything_at_once_and_publishes_nothing(desk):
    names = [desk.segment(1) for _ in range(WINDOW + 2)]
    desk.store.add_thumbnail(STREAM, b"jpeg")
    desk.store.hide(STREAM)
    late = desk.segment(1)
    desk.store.add_thumbnail(STREAM, b"jpeg")
    assert desk.listed == []
    assert list(desk.folder.glob("*.m4s")) == []
    assert desk.store.thumbnail(STREAM) is None
    assert all(desk.store.segment_path(STREAM, name) is None for name in [*names, late])


def test_reveal_never_shows_an_epoch_that_holds_a_hidden_moment(desk):
    sequence = int(desk.value("EXT-X-MEDIA-SEQUENCE"))
    desk.segment(1)
    desk.store.hide(STREAM)
    desk.begin(2)
    desk.segment(2)
    desk.store.reveal(STREAM)
    desk.segment(2)
    assert desk.listed == []
    desk.begin(3)
    name = desk.segment(3)
    assert desk.listed == [name]
    assert desk.lines.count("#EXT-X-DISCONTINUITY") == 1
    assert int(desk.value("EXT-X-MEDIA-SEQUENCE")) == sequence + 1


def test_an_ended_playlist_says_so_and_continues_when_opened_again(desk):
    name = desk.segment(1)
    desk.store.end(STREAM)
    assert desk.lines[-1] == "#EXT-X-ENDLIST"
    assert desk.store.media_info(STREAM) is None
    desk.store.open(STREAM)
    desk.begin(2)
    assert desk.store.media_info(STREAM) == MEDIA
    second = desk.segment(2)
    assert desk.listed == [name, second]
    assert "#EXT-X-ENDLIST" not in desk.lines


def test_a_forgotten_broadcast_leaves_nothing(desk):
    desk.segment(1)
    desk.store.forget(STREAM)
    assert desk.store.playlist(STREAM) is None
    assert desk.store.stream_ids == ()
    assert not desk.folder.exists()
    desk.store.add_segment(STREAM, SegmentReport(1, "1-1.m4s", 2.0, 0))
    desk.store.hide(STREAM)
    desk.store.forget(STREAM)


def test_leftovers_of_a_killed_server_are_cleared_and_numbers_go_on(desk, tmp_path):
    desk.segment(1)
    before = int(desk.value("EXT-X-MEDIA-SEQUENCE"))
    again = Desk(tmp_path)
    assert list(again.folder.iterdir()) == []
    assert int(again.value("EXT-X-MEDIA-SEQUENCE")) >= before


def test_names_a_worker_should_never_send_are_not_taken(desk):
    desk.store.add_init(STREAM, InitReport(5, "../../init-5.mp4"))
    desk.store.add_segment(STREAM, SegmentReport(1, "../1-1.m4s", 2.0, 0))
    desk.store.add_segment(STREAM, SegmentReport(5, "5-1.m4s", 2.0, 0))
    assert desk.listed == []


def test_epochs_without_a_segment_leave_no_init_behind(desk):
    for epoch in range(2, 50):
        desk.begin(epoch)
    assert [path.name for path in desk.folder.iterdir()] == ["init-49.mp4"]
