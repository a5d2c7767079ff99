"""Automod through the real routes: held, released, denied, slowed down, shielded, escalated."""

from pathlib import Path

import pytest
from fakes.platform import MovableClock, Person, Platform, platform

from shared.api import ApiError
from shared.realtime import Snapshot
from shared.schemas.common import ErrorCode
from shared.schemas.gifts import GiftKind, GiftRequest
from shared.schemas.moderation import CaseState, SubjectType
from shared.schemas.realtime import MOD_ROOM, EventType, stream_room, user_room
from shared.schemas.roles import Role
from shared.schemas.room import RestrictionRequest
from shared.schemas.streams import Stream
from shared.schemas.wallet import TipRequest
from shared.server.automod.held import Held
from shared.server.automod.safety import Safety, Signal

INSULT = "you are a bitch"
THREAT = "i know where you live"


async def _refused(person: Person, stream: Stream, text: str, key: str | None = None) -> ApiError:
    with pytest.raises(ApiError) as refused:
        await person.api.room.send(stream.id, text, key=key)
    return refused.value


async def _cast(home: Platform) -> tuple[Person, Person, Person, Stream]:
    luna, ann = await home.person("Luna", Role.CREATOR), await home.person("Ann")
    mora = await home.person("Mora", Role.MOD)
    return luna, ann, mora, await home.on_air(luna)


async def test_a_held_message_waits_until_somebody_releases_it(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        luna, ann, mora, stream = await _cast(home)
        room = await home.watch(ann, stream_room(stream.id))
        mods = await home.watch(mora, MOD_ROOM)
        own = await home.watch(ann, user_room(ann.id))
        refusal = await _refused(ann, stream, INSULT, key="said-once-1")
        assert (refusal.code, refusal.meta["held"]) == (ErrorCode.MESSAGE_REFUSED, True)
        assert "waits" in str(refusal)
        again = await _refused(ann, stream, INSULT, key="said-once-1")
        assert again.meta == refusal.meta
        assert (await mods.wait(EventType.CHAT_HELD)).data["text"] == INSULT
        assert (await mora.api.room.history(stream.id)).items == []
        (waiting,) = (await luna.api.automod.held(stream.id)).items
        assert [held.id for held in (await mora.api.automod.held_anywhere()).items] == [waiting.id]
        assert waiting.id == refusal.meta["held_id"]
        with pytest.raises(ApiError) as stranger:
            await ann.api.automod.held(stream.id)
        assert stranger.value.code == "FORBIDDEN"

        released = await luna.api.automod.release(stream.id, waiting.id)

        said = await room.wait(EventType.CHAT_MESSAGE)
        assert (said.data["text"], said.data["id"]) == (INSULT, released.message_id)
        assert said.data["author"]["id"] == ann.id
        assert (await own.wait(EventType.CHAT_HELD)).data["state"] == "released"
        assert (await luna.api.automod.held(stream.id)).items == []
        with pytest.raises(ApiError) as late:
            await mora.api.automod.deny(stream.id, waiting.id)
        assert late.value.code == "CONFLICT"


async def test_a_denied_message_never_appears_and_an_old_one_is_dropped(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        luna, ann, mora, stream = await _cast(home)
        await _refused(ann, stream, INSULT)
        (waiting,) = (await luna.api.automod.held(stream.id)).items
        assert (await mora.api.automod.deny(stream.id, waiting.id)).state == "denied"
        await _refused(ann, stream, INSULT + " again")
        clock.move(seconds=601)
        assert await home.services.get(Held).expire() == 1
        assert (await luna.api.automod.held(stream.id)).items == []
        assert (await mora.api.room.history(stream.id)).items == []


async def test_whoever_was_muted_meanwhile_is_not_released(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        luna, ann, _, stream = await _cast(home)
        await _refused(ann, stream, INSULT)
        (waiting,) = (await luna.api.automod.held(stream.id)).items
        await luna.api.room.mute(stream.id, RestrictionRequest(user_id=ann.id))
        with pytest.raises(ApiError) as refused:
            await luna.api.automod.release(stream.id, waiting.id)
        assert refused.value.code == "CONFLICT"


async def test_slow_mode_makes_people_wait_but_not_who_keeps_order(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        luna, ann, mora, stream = await _cast(home)
        room = await home.watch(ann, stream_room(stream.id))
        with pytest.raises(ApiError) as refused:
            await ann.api.automod.slow_mode(stream.id, 30)
        assert refused.value.code == "FORBIDDEN"
        assert (await luna.api.automod.slow_mode(stream.id, 30)).slow_s == 30
        assert (await room.wait(EventType.CHAT_MODE)).data["slow_s"] == 30
        await ann.api.room.send(stream.id, "one")
        clock.move(seconds=10)
        soon = await _refused(ann, stream, "two")
        assert (soon.code, soon.retry_after_s) == (ErrorCode.SLOW_MODE, 20)
        for person in (luna, mora):
            await person.api.room.send(stream.id, "one")
            await person.api.room.send(stream.id, "two")
        clock.move(seconds=20)
        assert (await ann.api.room.send(stream.id, "two")).text == "two"
        await luna.api.automod.slow_mode(stream.id, 0)
        assert (await ann.api.room.send(stream.id, "three")).text == "three"


async def test_shield_mode_lets_followers_speak_and_holds_strangers(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        luna, ann, mora, stream = await _cast(home)
        bob = await home.person("Bob")
        await bob.api.profiles.follow(luna.id)
        assert (await mora.api.automod.shield(stream.id, enabled=True)).is_shielded
        assert (await bob.api.room.send(stream.id, "good evening")).text == "good evening"
        held = await _refused(ann, stream, "good evening")
        assert held.meta["held"]
        (waiting,) = (await luna.api.automod.held(stream.id)).items
        assert waiting.rule == "stranger"
        clock.move(seconds=2)
        assert (await _refused(bob, stream, "how are you")).code == ErrorCode.SLOW_MODE
        clock.move(seconds=4)
        assert (await _refused(bob, stream, "see www.example.com")).meta["rule"] == "link"
        later = await home.watch(bob, stream_room(stream.id))
        (first,) = [item for item in later.items if isinstance(item, Snapshot)]
        assert first.state.mode is not None
        assert first.state.mode.is_shielded
        await luna.api.automod.shield(stream.id, enabled=False)
        clock.move(seconds=1)
        assert (await ann.api.room.send(stream.id, "good evening")).id


async def test_flood_and_repetition_are_stopped(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock, limits="standard") as home:
        luna, ann, _, stream = await _cast(home)
        for _ in range(3):
            await ann.api.room.send(stream.id, "look at me!")
        assert (await _refused(ann, stream, "LOOK at me")).meta["rule"] == "repeat"
        clock.move(seconds=31)
        for number in range(12):
            await ann.api.room.send(stream.id, f"message number {number}")
        assert (await _refused(ann, stream, "one more")).meta["rule"] == "flood"
        for _ in range(5):
            await luna.api.room.send(stream.id, "welcome")  # her own room
        clock.move(seconds=11)
        assert (await ann.api.room.send(stream.id, "one more")).id


async def test_shouting_comes_back_with_a_reason_in_the_readers_language(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        _, ann, _, stream = await _cast(home)
        ann.api.language = "nl"
        refusal = await _refused(ann, stream, "EVERYBODY LOOK AT ME NOW")
        assert refusal.meta["rule"] == "caps"
        assert "hoofdletters" in str(refusal)


async def test_a_threat_is_refused_and_counts_against_the_room(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        luna, ann, mora, stream = await _cast(home)
        mods = await home.watch(mora, MOD_ROOM)
        own = await home.watch(luna, user_room(luna.id))
        assert (await _refused(ann, stream, THREAT)).meta == {"rule": "threat"}
        told = await mods.wait(EventType.SAFETY_SCORE)
        assert (told.data["score"], told.data["signals"]) == (15.0, {"threat": 1})
        assert (await own.wait(EventType.SAFETY_SCORE)).data["stream_id"] == stream.id
        (row,) = (await mora.api.moderation.streams()).items
        assert row.safety_score == 15.0


async def test_signals_fade_and_too_many_open_a_case_once(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        _, ann, mora, stream = await _cast(home)
        safety = home.services.get(Safety)
        mods = await home.watch(mora, MOD_ROOM)
        for _ in range(3):
            await _refused(ann, stream, THREAT)
        clock.move(seconds=600)
        assert await safety.fade() == 1
        (row,) = (await mora.api.moderation.streams()).items
        assert row.safety_score == 22.5
        assert (await mora.api.moderation.queue()).items == []
        for _ in range(4):
            await _refused(ann, stream, THREAT)
        (case,) = (await mora.api.moderation.queue()).items
        assert (case.subject_type, case.subject_id) == (SubjectType.STREAM, stream.id)
        assert (case.report_count, case.state) == (0, CaseState.OPEN)
        assert case.reasons == ["violence"]
        because = [part.because for part in case.priority_parts]
        assert "Nobody reported it; signals in the room added up." in because
        assert (await mods.wait(EventType.REPORT_FILED)).data["id"] == case.id
        assert len(mods.events(EventType.REPORT_FILED)) == 1
        scores = [event.data for event in mods.events(EventType.SAFETY_SCORE)]
        assert [score["is_escalated"] for score in scores].count(True) == 1


async def test_reports_and_a_panic_are_signals(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        luna, _, mora, stream = await _cast(home)
        mods = await home.watch(mora, MOD_ROOM)
        await luna.api.streams.panic(stream.id)
        told = await mods.wait(EventType.SAFETY_SCORE)
        assert told.data["signals"] == {"panic": 1}
        async with home.core.db.write() as tx:
            more = await home.services.get(Safety).signal(tx, Signal(stream.id, "minors", 25.0))
        assert more.score == 55.0


async def test_who_keeps_order_is_not_held_up_but_counted(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        luna, _, mora, stream = await _cast(home)
        assert (await luna.api.room.send(stream.id, "see www.example.com")).id
        (row,) = (await mora.api.moderation.streams()).items
        assert row.safety_score == 1.0


async def test_words_with_a_tip_or_gift_pass_the_same_gate_and_nothing_is_paid(
    tmp_path: Path,
) -> None:
    async with platform(tmp_path) as home:
        luna, ann, mora, stream = await _cast(home)
        await ann.api.wallet.purchase(500)
        mods = await home.watch(mora, MOD_ROOM)
        for text, rule in ((THREAT, "threat"), (INSULT, "insult"), ("nobody likes you", "toxic")):
            with pytest.raises(ApiError) as refused:
                await ann.api.wallet.tip(stream.id, TipRequest(tokens=10, text=text))
            assert (refused.value.code, refused.value.meta["rule"]) == ("MESSAGE_REFUSED", rule)
            assert "No tokens" in str(refused.value)
        with pytest.raises(ApiError) as gift:
            await ann.api.wallet.give(stream.id, GiftRequest(gift=GiftKind.ROSE, text=INSULT))
        assert gift.value.code == "MESSAGE_REFUSED"
        assert (await ann.api.wallet.balance()).tokens == 500
        assert (await mods.wait(EventType.SAFETY_SCORE, 4)).data["signals"]["insult"] == 2
        thanks = TipRequest(tokens=10, text="For the goal!")
        assert (await ann.api.wallet.tip(stream.id, thanks)).balance == 490
        assert (await luna.api.automod.held(stream.id)).items == []
