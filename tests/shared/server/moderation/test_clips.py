"""The clip of a broadcast as evidence: whole, hashed, for moderators only, sealed with the rest."""

import hashlib
from pathlib import Path

import pytest
from fakes.platform import Platform, platform
from fakes.reported import Scene, decision, reported_message
from sqlalchemy import select

from shared.api import ApiError
from shared.schemas.moderation import ActionKind, CaseSummary
from shared.server.ingest.hls import HlsStore
from shared.server.ingest.reports import InitReport, SegmentReport
from shared.server.moderation.clips import Clips
from shared.server.moderation.tables import AuditRow

BEGAN_MS = 1_700_000_000_000
THUMBNAIL = b"\xff\xd8\xff a small picture"


def _broadcast(home: Platform, stream_id: str, segments: int) -> HlsStore:
    store = home.services.get(HlsStore)
    folder = store.open(stream_id)
    for epoch in (1, 2):
        (folder / f"init-{epoch}.mp4").write_bytes(b"init of %d;" % epoch)
        store.add_init(stream_id, InitReport(epoch, f"init-{epoch}.mp4"))
        for number in range(segments if epoch == 2 else 1):
            name = f"{epoch}-{number}.m4s"
            (folder / name).write_bytes(b"segment %d.%d;" % (epoch, number))
            at = BEGAN_MS + 2000 * number
            store.add_segment(stream_id, SegmentReport(epoch, name, 2.0, at))
    store.add_thumbnail(stream_id, THUMBNAIL)
    return store


async def _case(scene: Scene) -> CaseSummary:
    return await scene.mora.api.moderation.case(scene.case_id)


async def test_a_report_about_what_is_on_air_gets_a_clip(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        with pytest.raises(ApiError) as none_yet:
            await scene.mora.api.appeals.clip(scene.case_id)
        assert none_yet.value.code == "NOT_FOUND"
        store = _broadcast(home, scene.stream.id, segments=3)
        clips = home.services.get(Clips)
        kept = await clips.keep(await _case(scene), after_s=0)
        assert kept is not None

        found = await scene.mora.api.appeals.clip(scene.case_id)
        video = await scene.mora.api.appeals.clip_video(scene.case_id)
        assert found == kept
        assert video == b"init of 2;segment 2.0;segment 2.1;segment 2.2;"
        assert found.sha256 == hashlib.sha256(video).hexdigest()
        assert (found.ends_at - found.begins_at).total_seconds() == 6
        assert await scene.mora.api.appeals.clip_still(scene.case_id, 0) == THUMBNAIL
        store.forget(scene.stream.id)  # over, and its files gone
        assert await clips.keep(await _case(scene), after_s=0) == kept
        assert await scene.mora.api.appeals.clip_video(scene.case_id) == video


async def test_a_clip_is_for_moderators_and_part_of_what_is_sealed(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        _broadcast(home, scene.stream.id, segments=1)
        kept = await home.services.get(Clips).keep(await _case(scene), after_s=0)
        assert kept is not None
        for outsider in (scene.troll, scene.ann, scene.luna):
            for ask in (outsider.api.appeals.clip, outsider.api.appeals.clip_video):
                with pytest.raises(ApiError) as refused:
                    await ask(scene.case_id)
                assert refused.value.code == "FORBIDDEN"
        with pytest.raises(ApiError) as no_such:
            await scene.mora.api.appeals.clip_still(scene.case_id, 7)
        assert no_such.value.code == "NOT_FOUND"
        lease = await scene.mora.api.moderation.claim(scene.case_id)
        body = decision(lease, ActionKind.DELETE_MESSAGE)
        await scene.mora.api.moderation.decide(scene.case_id, body)
        sealed = await scene.mora.api.appeals.evidence(scene.case_id)
        assert sealed.bundle["clip"]["sha256"] == kept.sha256
        async with home.core.db.read() as db:
            actions = set((await db.execute(select(AuditRow.action))).scalars())
        assert "evidence.clip_kept" in actions


async def test_what_a_panic_removed_meanwhile_is_left_out(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        scene = await reported_message(home)
        store = _broadcast(home, scene.stream.id, segments=2)
        store.hide(scene.stream.id)
        assert await home.services.get(Clips).keep(await _case(scene), after_s=0) is None
        with pytest.raises(ApiError):
            await scene.mora.api.appeals.clip(scene.case_id)
