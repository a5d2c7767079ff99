"""How long evidence is kept, where it lies, and that what is read is what was kept."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes.platform import MovableClock, Platform, platform
from fakes.reported import Scene, decision, reported_message
from rules.noise import ExpectLog
from sqlalchemy import delete, select

from shared.api import ApiError
from shared.schemas.appeals import AppealCreate, AppealDecide, AppealState
from shared.schemas.moderation import ActionKind
from shared.schemas.roles import Role
from shared.server.http.errors import Refused
from shared.server.ingest.hls import HlsStore
from shared.server.ingest.reports import InitReport, SegmentReport
from shared.server.moderation.clips import Clips
from shared.server.moderation.evidence_tables import ExhibitRow
from shared.server.moderation.exhibits import Exhibits, key_of
from shared.server.moderation.retention import Retention
from shared.server.moderation.tables import AuditRow

CLIP = b"init;segment;"
STILL = b"\xff\xd8\xff a small picture"


SETTINGS = {"evidence_days": 30, "session_rolling_s": 10**8, "session_absolute_s": 10**8}


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def home(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Platform]:
    async with platform(tmp_path, clock=clock, **SETTINGS) as made:
        yield made


async def _clip(home: Platform, scene: Scene) -> str:
    """Keep a clip of the scene's case; its hash."""
    store = home.services.get(HlsStore)
    folder = store.open(scene.stream.id)
    (folder / "init-1.mp4").write_bytes(b"init;")
    (folder / "1-0.m4s").write_bytes(b"segment;")
    store.add_init(scene.stream.id, InitReport(1, "init-1.mp4"))
    store.add_segment(scene.stream.id, SegmentReport(1, "1-0.m4s", 2.0, 1_700_000_000_000))
    store.add_thumbnail(scene.stream.id, STILL)
    case = await scene.mora.api.moderation.case(scene.case_id)
    kept = await home.services.get(Clips).keep(case, after_s=0)
    assert kept is not None
    return kept.sha256


async def _decided(scene: Scene) -> str:
    lease = await scene.mora.api.moderation.claim(scene.case_id)
    body = decision(lease, ActionKind.DELETE_MESSAGE)
    return (await scene.mora.api.moderation.decide(scene.case_id, body)).id


async def _pruned(home: Platform) -> list[dict[str, object]]:
    query = select(AuditRow.details).where(AuditRow.action == "evidence.pruned")
    async with home.core.db.read() as db:
        return list((await db.execute(query)).scalars())


async def test_files_lie_under_their_hash_and_a_changed_one_is_refused(
    home: Platform, expect_log: ExpectLog
) -> None:
    expect_log("alert: A file of evidence")
    expect_log("alert: The room for evidence")
    scene = await reported_message(home)
    sha256 = await _clip(home, scene)
    exhibits, objects = home.services.get(Exhibits), home.core.objects
    assert await exhibits.read(scene.case_id, "clip.mp4") == CLIP
    assert await objects.get(key_of(sha256)) == CLIP
    assert hashlib.sha256(CLIP).hexdigest() == sha256
    assert await exhibits.count() == len(CLIP) + len(STILL)

    folder = home.core.settings.data / "evidence" / scene.case_id  # as earlier versions kept it
    folder.mkdir(parents=True)
    (folder / "clip.mp4").write_bytes(CLIP)
    (folder / "still-0.jpg").write_bytes(STILL)
    async with home.core.db.write() as tx:
        await tx.db.execute(delete(ExhibitRow))
    await objects.delete([key_of(sha256)])
    await exhibits.adopt()
    assert await exhibits.read(scene.case_id, "clip.mp4") == CLIP
    assert await exhibits.read(scene.case_id, "still-0.jpg") == STILL
    assert not folder.parent.exists()

    home.core.settings.evidence_max_mb = 1
    assert not await exhibits.has_room(1024 * 1024)
    assert await exhibits.has_room(1000)

    orphan = key_of(hashlib.sha256(b"of no case").hexdigest())
    await objects.put(orphan, b"of no case")
    assert await exhibits.sweep_orphans(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert await exhibits.sweep_orphans(datetime.now(UTC) + timedelta(hours=1)) == 1
    assert [each.key for each in await objects.under("evidence/")].count(orphan) == 0

    await objects.put(key_of(sha256), b"something else")
    await objects.delete([key_of(hashlib.sha256(STILL).hexdigest())])
    for name in ("clip.mp4", "still-0.jpg"):
        with pytest.raises(Refused, match="damaged or missing") as changed:
            await exhibits.read(scene.case_id, name)
        assert changed.value.code == "UNAVAILABLE"
    assert home.core.metrics.total("teezu_evidence_damaged_total") == 2
    assert home.core.metrics.total("teezu_alerts_total") == 2


async def test_evidence_goes_when_its_days_are_over_and_never_under_a_hold(
    home: Platform, clock: MovableClock
) -> None:
    scene = await reported_message(home)
    sha256 = await _clip(home, scene)
    retention = home.services.get(Retention)
    clock.move(days=31)
    assert await retention.prune() == 0  # nobody has decided the case
    decision_id = await _decided(scene)
    await scene.troll.api.appeals.create(
        AppealCreate(decision_id=decision_id, text="I only quoted what somebody else said.")
    )
    await scene.mora.api.appeals.hold(scene.case_id, on_hold=True)
    clock.move(days=31)
    assert await retention.prune() == 0  # a hold and an appeal
    await scene.mora.api.appeals.hold(scene.case_id, on_hold=False)
    clock.move(days=31)
    assert await retention.prune() == 0  # the appeal alone
    [appeal] = (await scene.milo.api.appeals.read()).items
    verdict = AppealDecide(outcome=AppealState.UPHELD, statement="The message was no quotation.")
    await scene.milo.api.appeals.decide(appeal.id, verdict)
    await scene.mora.api.appeals.hold(scene.case_id, on_hold=True)
    await scene.mora.api.appeals.hold(scene.case_id, on_hold=False)
    clock.move(days=29)
    assert await retention.prune() == 0  # counted from the end of the last hold
    assert await scene.mora.api.appeals.clip_video(scene.case_id) == CLIP
    sealed = await scene.mora.api.appeals.evidence(scene.case_id)
    clock.move(days=2)
    assert await retention.prune() == 1
    [entry] = await _pruned(home)
    assert (entry["why"], entry["sha256"]) == ("time", sealed.sha256)
    assert sha256 in entry["files"]  # type: ignore[operator]
    assert await home.core.objects.under("evidence/") == []
    after = await scene.mora.api.appeals.evidence(scene.case_id)
    assert (after.sha256, after.bundle["pruned"]) == (sealed.sha256, "time")
    with pytest.raises(ApiError, match="after its time"):
        await scene.mora.api.appeals.clip_video(scene.case_id)
    assert await retention.prune() == 0


async def test_erasing_a_person_takes_the_evidence_that_no_hold_keeps(home: Platform) -> None:
    scene = await reported_message(home)
    await _clip(home, scene)
    await _decided(scene)
    admin = await home.person("Ada", Role.SUPER_ADMIN)
    await scene.mora.api.appeals.hold(scene.case_id, on_hold=True)
    held = await admin.api.profiles.erase(scene.troll.id)
    assert {kept.what: kept.count for kept in held.kept}["evidence"] == 1
    assert await _pruned(home) == []
    await scene.mora.api.appeals.hold(scene.case_id, on_hold=False)
    free = await admin.api.profiles.erase(scene.troll.id)
    assert free.erased["evidence"] == 1
    assert "evidence" not in {kept.what for kept in free.kept}
    assert [entry["why"] for entry in await _pruned(home)] == ["erased"]
    assert await home.core.objects.under("evidence/") == []
