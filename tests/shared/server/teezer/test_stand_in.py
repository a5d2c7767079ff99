"""Teezer in a real room: answers marked and in time, silent where it should be."""

import asyncio
import time
from pathlib import Path

import pytest
from fakes.platform import MovableClock, Person, Platform, platform
from sqlalchemy import select

from shared.api import ApiError
from shared.realtime import Snapshot
from shared.schemas.realtime import EventType, stream_room, user_room
from shared.schemas.roles import Role
from shared.schemas.room import ChatMessage
from shared.schemas.teezer import (
    ScheduleSlot,
    SlotMode,
    SuggestRequest,
    TeezerPatch,
    TeezerSchedule,
)
from shared.server.teezer.stand_in import StandIn
from shared.server.teezer.tables import TeezerReplyRow
from shared.server.teezer.timetable import Timetable

ON, OFF = TeezerPatch(enabled=True), TeezerPatch(enabled=False)
LONG_AGO = {"minutes": 5}


class Evening:
    """Luna has answered Ann once, and has been silent for a while since."""

    def __init__(self, home: Platform, clock: MovableClock) -> None:
        self.home = home
        self.clock = clock
        self.luna: Person
        self.ann: Person
        self.stream_id = ""

    async def begin(self) -> "Evening":
        """The people, the room and the exchange Teezer learns from."""
        self.luna = await self.home.person("Luna", Role.CREATOR)
        self.ann = await self.home.person("Ann")
        self.stream_id = (await self.home.on_air(self.luna)).id
        asked = await self.say(self.ann, "What music do you like?")
        await self.say(self.luna, "Mostly soul and old disco.", reply_to=asked.id)
        self.clock.move(**LONG_AGO)
        return self

    async def say(self, person: Person, text: str, reply_to: str | None = None) -> ChatMessage:
        """Somebody writes."""
        self.clock.move(seconds=1)
        return await person.api.room.send(self.stream_id, text, reply_to=reply_to)

    async def replies(self) -> list[ChatMessage]:
        """What Teezer said so far, oldest first, once all that was asked has been dealt with."""
        await self.home.services.get(StandIn).settled()
        page = await self.luna.api.room.history(self.stream_id)
        return [message for message in page.items[::-1] if message.is_ai]


async def test_a_question_is_answered_within_two_seconds_and_marked(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        evening = await Evening(home, clock).begin()
        await evening.luna.api.teezer.change(evening.luna.id, ON)
        room = await home.watch(evening.ann, stream_room(evening.stream_id))
        started = time.monotonic()
        question = await evening.say(evening.ann, "@Teezer what kind of music do you like?")
        event = await room.wait(EventType.TEEZER_REPLY, timeout_s=2.0)
        assert time.monotonic() - started < 2.0
        reply = ChatMessage.model_validate(event.data)
        assert (reply.text, reply.is_ai) == ("Mostly soul and old disco.", True)
        assert (reply.author.id, reply.reply_to) == (evening.luna.id, question.id)
        history = (await evening.ann.api.room.history(evening.stream_id)).items
        assert [message.is_ai for message in history if message.id == reply.id] == [True]
        assert [e.data["id"] for e in room.events(EventType.CHAT_MESSAGE)] == [question.id]
        teezer = await evening.luna.api.teezer.read(evening.luna.id)
        assert teezer.replies_today == 1
        async with home.core.db.read() as db:
            (logged,) = (await db.execute(select(TeezerReplyRow.__table__))).all()
        assert (logged.source, logged.provider) == ("pair", "lexical")
        assert logged.took_ms < 1500


async def test_it_is_silent_while_off_and_for_its_own_creator(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        evening = await Evening(home, clock).begin()
        await evening.say(evening.ann, "@Teezer what music do you like?")
        clock.move(**LONG_AGO)
        await evening.luna.api.teezer.change(evening.luna.id, ON)
        await evening.say(evening.luna, "@Teezer what music do you like?")
        clock.move(**LONG_AGO)
        assert await evening.replies() == []


async def test_a_call_just_before_it_was_on_is_answered_and_an_old_one_is_not(
    tmp_path: Path,
) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        evening = await Evening(home, clock).begin()
        early = await evening.say(evening.ann, "@Teezer what music do you like?")
        assert await evening.replies() == []
        clock.move(seconds=3)
        await evening.luna.api.teezer.change(evening.luna.id, ON)
        assert [message.reply_to for message in await evening.replies()] == [early.id]
        await evening.luna.api.teezer.change(evening.luna.id, OFF)
        await evening.say(evening.ann, "@Teezer what music do you like?")
        await evening.replies()
        clock.move(seconds=30)
        await evening.luna.api.teezer.change(evening.luna.id, ON)
        assert len(await evening.replies()) == 1


async def test_an_open_question_is_answered_only_when_the_creator_is_away_and_it_knows(
    tmp_path: Path,
) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        evening = await Evening(home, clock).begin()
        bob = await home.person("Bob")
        await evening.luna.api.teezer.change(evening.luna.id, ON)
        away = await evening.say(evening.ann, "what music do you like to hear?")
        await evening.say(evening.ann, "what is the capital of Australia?")
        greeting = await evening.say(bob, "good evening")
        await evening.say(evening.ann, "what music do you like?", reply_to=greeting.id)
        assert [message.reply_to for message in await evening.replies()] == [away.id]
        await evening.say(evening.luna, "I am back for a moment")
        await evening.say(evening.ann, "what music do you like?")
        assert len(await evening.replies()) == 1
        called = await evening.say(evening.ann, "@Teezer what music do you like?")
        assert (await evening.replies())[-1].reply_to == called.id


async def test_what_may_not_be_asked_is_refused_without_repeating_it(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        evening = await Evening(home, clock).begin()
        await evening.luna.api.teezer.change(evening.luna.id, ON)
        await evening.say(evening.ann, "@Teezer what is your phone number?")
        (refusal,) = await evening.replies()
        assert "don't talk about" in refusal.text
        async with home.core.db.read() as db:
            harms = (await db.execute(select(TeezerReplyRow.harm))).scalars().all()
        assert "contact" in harms


async def test_one_room_gets_at_most_twenty_replies_a_minute(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(
        tmp_path,
        clock=clock,
        limits="standard",
        requests_per_minute=10_000,
        address_requests_per_minute=10_000,
    ) as home:
        evening = await Evening(home, clock).begin()
        await evening.luna.api.teezer.change(evening.luna.id, ON)
        for number in range(30):
            await evening.say(evening.ann, f"@Teezer what music do you like, round {number}?")
        assert 20 <= len(await evening.replies()) <= 21


async def test_a_flood_of_questions_never_holds_up_the_chat(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        evening = await Evening(home, clock).begin()
        await evening.luna.api.teezer.change(evening.luna.id, ON)
        asked = [evening.say(evening.ann, f"@Teezer question {n}?") for n in range(40)]
        await asyncio.gather(*asked)
        started = time.monotonic()
        await evening.say(evening.ann, "just chatting")
        assert time.monotonic() - started < 2.0


async def test_its_status_is_told_to_the_room_and_in_the_snapshot(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        evening = await Evening(home, clock).begin()
        room = await home.watch(evening.ann, stream_room(evening.stream_id))
        own = await home.watch(evening.luna, user_room(evening.luna.id))
        patch = TeezerPatch(enabled=True, persona="Warm and a little cheeky.")
        changed = await evening.luna.api.teezer.change(evening.luna.id, patch)
        assert (changed.enabled, changed.active, changed.mode) == (True, True, SlotMode.TEEZER)
        assert changed.trained_messages == 1
        told = await room.wait(EventType.TEEZER_STATUS)
        assert (told.data["active"], told.data["persona"]) == (True, "")
        assert (await own.wait(EventType.TEEZER_STATUS)).data["persona"].startswith("Warm")
        late = await home.watch(evening.ann, stream_room(evening.stream_id))
        (snapshot,) = [item for item in late.items if isinstance(item, Snapshot)]
        assert snapshot.state.teezer is not None
        assert snapshot.state.teezer.active


async def test_the_schedule_hands_over_by_the_clock(tmp_path: Path) -> None:
    clock = MovableClock()  # Friday 2026-11-20, 12:00 UTC
    async with platform(tmp_path, clock=clock) as home:
        evening = await Evening(home, clock).begin()
        luna = evening.luna
        slot = ScheduleSlot(weekday=4, start="14:00", end="15:00", mode=SlotMode.TEEZER)
        await luna.api.teezer.change(luna.id, ON)
        week = TeezerSchedule(timezone="Europe/Amsterdam", slots=[slot])
        planned = await luna.api.teezer.put_schedule(luna.id, week)
        assert (planned.enabled, planned.active, planned.mode) == (True, False, SlotMode.OFFLINE)
        room = await home.watch(evening.ann, stream_room(evening.stream_id))
        timetable = home.services.get(Timetable)
        await timetable.look()
        clock.move(hours=1)
        await timetable.look()
        assert (await room.wait(EventType.TEEZER_STATUS)).data["active"] is True
        clock.move(hours=1)
        await timetable.look()
        assert (await room.wait(EventType.TEEZER_STATUS, 2)).data["active"] is False


async def test_only_its_owner_changes_a_teezer_and_mistakes_are_told(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        evening = await Evening(home, clock).begin()
        other = await home.person("Nova", Role.CREATOR)
        codes = []
        for attempt in (
            other.api.teezer.change(evening.luna.id, ON),
            other.api.teezer.train(evening.luna.id),
            evening.ann.api.teezer.change(evening.ann.id, ON),
            evening.luna.api.teezer.put_schedule(
                evening.luna.id, TeezerSchedule(timezone="Mars/Base")
            ),
        ):
            with pytest.raises(ApiError) as refused:
                await attempt
            codes.append(refused.value.code)
        assert codes == ["FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "INVALID_INPUT"]
        await evening.luna.api.teezer.change(evening.luna.id, TeezerPatch(persona="Secret"))
        assert (await evening.ann.api.teezer.read(evening.luna.id)).persona == ""


async def test_training_learns_what_was_said_since(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        evening = await Evening(home, clock).begin()
        luna = evening.luna
        await luna.api.teezer.change(luna.id, ON)
        asked = await evening.say(evening.ann, "do you have a garden?")
        await evening.say(luna, "A tiny one, full of tomatoes.", reply_to=asked.id)
        trained = await luna.api.teezer.train(luna.id)
        assert trained.trained_messages == 2
        clock.move(**LONG_AGO)
        await evening.say(evening.ann, "@Teezer do you have a garden at home?")
        assert "tomatoes" in (await evening.replies())[-1].text


async def test_it_forgets_what_it_learnt_and_may_take_it_again(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        evening = await Evening(home, clock).begin()
        luna = evening.luna
        asked = await evening.say(evening.ann, "do you have a garden?")
        await evening.say(luna, "A tiny one, full of tomatoes.", reply_to=asked.id)
        assert (await luna.api.teezer.change(luna.id, ON)).trained_messages > 0
        gone = await luna.api.teezer.change(luna.id, TeezerPatch(forget=True))
        assert (gone.trained_messages, gone.trained_at) == (0, None)
        assert gone.learns_since is not None
        clock.move(**LONG_AGO)
        await evening.say(evening.ann, "@Teezer do you have a garden at home?")
        assert "tomatoes" not in (await evening.replies())[-1].text
        assert (await luna.api.teezer.train(luna.id)).trained_messages == 0
        await luna.api.teezer.change(luna.id, TeezerPatch(forget=False))
        assert (await luna.api.teezer.train(luna.id)).trained_messages > 0


async def test_its_creator_sees_what_it_said_and_what_that_drew_on(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        evening = await Evening(home, clock).begin()
        luna = evening.luna
        asked = await evening.say(evening.ann, "do you have a garden?")
        own = await evening.say(luna, "A tiny one, full of tomatoes.", reply_to=asked.id)
        await luna.api.teezer.change(luna.id, ON)
        clock.move(**LONG_AGO)
        await evening.say(evening.ann, "@Teezer do you have a garden at home?")
        said = (await evening.replies())[-1]
        (reply,) = (await luna.api.teezer.read(luna.id)).replies
        assert (reply.text, reply.message_id, reply.source) == (said.text, said.id, "pair")
        assert reply.question == "@Teezer do you have a garden at home?"
        assert (reply.asker, reply.drew_on_at) == (evening.ann.name, own.at)
        assert (await evening.ann.api.teezer.read(luna.id)).replies == []
        await luna.api.room.delete(reply.stream_id, reply.message_id)
        assert (await luna.api.teezer.read(luna.id)).replies == []


async def test_suggestions_come_from_ones_own_words_first_and_are_never_sent(
    tmp_path: Path,
) -> None:
    clock = MovableClock()
    async with platform(tmp_path, clock=clock) as home:
        evening = await Evening(home, clock).begin()
        said = len((await evening.luna.api.room.history(evening.stream_id)).items)
        found = await evening.luna.api.teezer.suggest(
            SuggestRequest(text="what music do you like?", count=4)
        )
        assert found.items[0].text == "Mostly soul and old disco."
        assert len({item.text for item in found.items}) == 4
        assert all(item.is_ai for item in found.items)
        dutch = await evening.luna.api.teezer.suggest(SuggestRequest(text="wat ben je mooi"))
        assert any("je" in item.text for item in dutch.items)
        refused = await evening.luna.api.teezer.suggest(
            SuggestRequest(text="what is your phone number?")
        )
        assert (refused.items, refused.refused) == ([], "contact")
        assert len((await evening.luna.api.room.history(evening.stream_id)).items) == said
