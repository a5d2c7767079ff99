"""Recordings: what viewers saw and nothing else, played by signed addresses, deleted for good."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fakes.platform import MovableClock, Person, Platform, platform
from rules.noise import ExpectLog

from shared.api import ApiError
from shared.schemas.moderation import ReportCreate, ReportReason, SubjectType, SuspendRequest
from shared.schemas.roles import Role
from shared.schemas.streams import StreamStart
from shared.server.ingest.hls import GRACE, WINDOW, HlsStore
from shared.server.ingest.reports import InitReport, Media, SegmentReport
from shared.server.recordings.catalogue import Catalogue
from shared.server.recordings.recorder import Recorder
from shared.server.streams.authority import StreamAuthority
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService

KEPT_BACK = WINDOW + GRACE
BEGAN_MS = 1_763_640_000_000
MEDIA = Media("h264", 320, 180, "aac", 48_000, 2)
LONG = {"session_rolling_s": 10**8, "session_absolute_s": 10**8}


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def home(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Platform]:
    async with platform(tmp_path, clock=clock, recordings_days=7, **LONG) as made:
        yield made


async def _live(home: Platform, creator: Person, *, keep: bool = True) -> str:
    """A stream whose picture has arrived."""
    started = await creator.api.streams.start(StreamStart(title="A concert", keep_recording=keep))
    home.services.get(HlsStore).open(started.stream.id)
    await home.services.get(StreamAuthority).started(started.stream.id, MEDIA)
    return started.stream.id


def _show(home: Platform, stream_id: str, epoch: int, serials: range) -> None:
    store = home.services.get(HlsStore)
    folder = store.open(stream_id)
    (folder / f"init-{epoch}.mp4").write_bytes(b"init %d" % epoch)
    store.add_init(stream_id, InitReport(epoch, f"init-{epoch}.mp4"))
    for serial in serials:
        name = f"{epoch}-{serial}.m4s"
        (folder / name).write_bytes(b"segment %d.%d" % (epoch, serial))
        at = BEGAN_MS + 2000 * (100 * epoch + serial)
        store.add_segment(stream_id, SegmentReport(epoch, name, 2.0, at))


async def _end(home: Platform, creator: Person, stream_id: str) -> None:
    await creator.api.streams.end(stream_id)
    home.services.get(HlsStore).forget(stream_id)
    await home.services.get(Recorder).archive()


def _names(playlist: str) -> list[str]:
    return re.findall(r"segments/([^?\"]+)\?t=", playlist)


async def test_a_recording_is_what_was_seen_without_what_a_panic_took(home: Platform) -> None:
    luna, ann = await home.person("Luna", Role.CREATOR), await home.person("Ann")
    stream_id = await _live(home, luna)
    assert (await ann.api.streams.read(stream_id)).is_recorded
    _show(home, stream_id, 1, range(KEPT_BACK + 3))
    await home.services.get(Recorder).archive()
    with pytest.raises(ApiError):  # while it is on air there is nothing to play
        await ann.api.streams.recording(stream_id)
    await luna.api.streams.panic(stream_id)
    _show(home, stream_id, 1, range(KEPT_BACK + 3, KEPT_BACK + 5))
    await luna.api.streams.reveal(stream_id)
    _show(home, stream_id, 2, range(2))
    await _end(home, luna, stream_id)

    [item] = (await ann.api.profiles.content(luna.id)).items
    assert item.recording_s == 10.0
    assert item.recording_url is not None
    async with httpx.AsyncClient(base_url=home.url) as http:
        playlist = (await http.get(item.recording_url)).text
        names = _names(playlist)
        assert names == ["init-1.mp4", *(f"1-{n}.m4s" for n in range(3)), "init-2.mp4", "2-0.m4s",
                         "2-1.m4s"]  # fmt: skip
        assert "#EXT-X-PLAYLIST-TYPE:VOD" in playlist
        assert playlist.endswith("#EXT-X-ENDLIST\n")
        assert playlist.count("#EXT-X-DISCONTINUITY\n") == 1
        base = httpx.URL(item.recording_url)
        token = base.params["t"]
        for name, content in (("1-2.m4s", b"segment 1.2"), ("init-2.mp4", b"init 2")):
            found = await http.get(base.copy_with(query=None).join(f"segments/{name}?t={token}"))
            assert (found.status_code, found.content) == (200, content)
        for name in (f"1-{KEPT_BACK}.m4s", "../secret", "1-0.mp4"):
            gone = await http.get(base.copy_with(query=None).join(f"segments/{name}?t={token}"))
            assert gone.status_code == 404
        forged = token[:-1] + ("0" if token[-1] != "0" else "1")
        assert (await http.get(base.copy_with(params={"t": forged}))).status_code == 401


async def test_only_what_is_wanted_and_never_what_was_suspended(home: Platform) -> None:
    luna, ann = await home.person("Luna", Role.CREATOR), await home.person("Ann")
    mora = await home.person("Mora", Role.MOD)
    unwanted = await _live(home, luna, keep=False)
    _show(home, unwanted, 1, range(KEPT_BACK + 3))
    await _end(home, luna, unwanted)
    assert not (await ann.api.streams.read(unwanted)).is_recorded
    assert [i.recording_url for i in (await ann.api.profiles.content(luna.id)).items] == [None]

    suspended = await _live(home, luna)
    _show(home, suspended, 1, range(KEPT_BACK + 3))
    body = SuspendRequest(policy="conduct.harassment", statement="This cannot be shown to anybody.")
    await mora.api.moderation.suspend(suspended, body)
    home.services.get(HlsStore).forget(suspended)
    await home.services.get(Recorder).archive()
    for person in (ann, luna, mora):
        with pytest.raises(ApiError) as refused:
            await person.api.streams.recording(suspended)
        assert refused.value.code == "NOT_FOUND"


async def test_deleted_for_everybody_and_its_files_when_no_case_needs_them(
    home: Platform, clock: MovableClock
) -> None:
    luna, ann = await home.person("Luna", Role.CREATOR), await home.person("Ann")
    catalogue, objects = home.services.get(Catalogue), home.core.objects
    reported, old, other = [await _ended(home, luna) for _ in range(3)]
    await ann.api.reports.create(
        ReportCreate(subject_type=SubjectType.STREAM, subject_id=reported,
                     reason=ReportReason.HARASSMENT)
    )  # fmt: skip
    with pytest.raises(ApiError) as not_hers:
        await ann.api.streams.delete_recording(reported)
    assert not_hers.value.code == "FORBIDDEN"
    assert (await luna.api.streams.delete_recording(reported)).kept_as_evidence
    assert not (await luna.api.streams.delete_recording(other)).kept_as_evidence
    await catalogue.prune()
    for stream_id, files in ((reported, 2), (other, 0), (old, 2)):
        assert len(await objects.under(f"recordings/{stream_id}/")) == files
    with pytest.raises(ApiError) as gone:
        await luna.api.streams.recording(reported)
    assert gone.value.code == "NOT_FOUND"
    with pytest.raises(ApiError):
        await luna.api.streams.delete_recording(other)
    home.services.get(Recorder).begin(await _record(home, other))  # its last segment was late
    _show(home, other, 2, range(1))
    home.services.get(HlsStore).forget(other)
    await home.services.get(Recorder).archive()
    await catalogue.prune()
    assert await objects.under(f"recordings/{other}/") == []
    clock.move(days=8)
    assert await catalogue.prune() == 1  # its days are over
    assert await objects.under(f"recordings/{old}/") == []
    erased = await luna.api.profiles.erase(luna.id)
    assert {k.what: k.count for k in erased.kept}["recordings"] == 1


async def _record(home: Platform, stream_id: str) -> StreamRecord:
    async with home.core.db.read() as db:
        return await home.services.get(StreamService).require(db, stream_id)


async def _ended(home: Platform, creator: Person) -> str:
    stream_id = await _live(home, creator)
    _show(home, stream_id, 1, range(1))
    await _end(home, creator, stream_id)
    await creator.api.streams.recording(stream_id)
    return stream_id


async def test_a_restart_loses_nothing_and_a_full_room_records_no_more(
    tmp_path: Path, expect_log: ExpectLog
) -> None:
    expect_log("alert: The room for recordings")
    async with platform(tmp_path, recordings_max_mb=1) as home:
        luna = await home.person("Luna", Role.CREATOR)
        stream_id = await _live(home, luna)
        _show(home, stream_id, 1, range(3))
    waiting = tmp_path / "recordings-waiting" / stream_id
    assert len(list(waiting.glob("*.m4s"))) == 3  # what was on the playlist at the stop
    (waiting / "1-7-1763640000000-2000.m4s").write_bytes(bytes(2 * 1024 * 1024))
    async with platform(tmp_path, recordings_max_mb=1) as home:
        recorder = home.services.get(Recorder)
        await recorder.archive()
        keys = [each.key for each in await home.core.objects.under(f"recordings/{stream_id}/")]
        assert [key.rpartition("/")[2] for key in keys] == ["1-0.m4s", "1-1.m4s", "1-2.m4s",
                                                            "init-1.mp4"]  # fmt: skip
        assert list(waiting.glob("*.m4s")) == []
        assert home.core.metrics.total("teezu_recordings_dropped_total") == 1
        await recorder.archive()  # again changes nothing
        assert await recorder.count() == 3 * len(b"segment 1.0")
