"""A creator's first evening: set up, a scene, a show with everything in it, a crash, the end.

One person, one mouse, one keyboard, at the real window on a real screen, with the real server and
the real engine; the lines between them run through proxies that can be cut.
"""

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest
from fakes.proxy import FaultyProxy
from fakes.server import Account, ServerProcess, server_process
from tools.remote_pilot import RemotePilot, Sight, studio_window
from tools.waiting import stream_on_air

from shared.api import ApiClient
from shared.schemas.wallet import TipRequest

_PATIENCE_S = 40.0
_LOOK_EVERY_S = 0.05
_TRIES = 4
_GOAL, _TOKENS = "A second encore", 60


class Creator:
    """The person at the window: tries until it works, as people do, and keeps a picture of why."""

    def __init__(self, pilot: RemotePilot, pictures: Path) -> None:
        self._pilot = pilot
        self._pictures = pictures

    async def does(
        self, what: str, *values: object, patience_s: float = _PATIENCE_S, **named: object
    ) -> None:
        """Do something as soon as it can be done."""
        orders = {"click": ("name",), "write": ("name", "text"), "choose": ("choice",)}
        orders |= {"keys": ("keys",), "pick": ("name", "choice"), "type_on": ("text",)}
        orders |= {"ask_about_line": ("words",), "drag_topmost": ("x", "y")}
        named |= dict(zip(orders[what], values, strict=True))
        # Never cancelled half-way: the answer would be taken for that of the next order.
        why, end = "", time.monotonic() + patience_s
        while not why or time.monotonic() < end:
            try:
                await asyncio.to_thread(self._pilot.order, what, **named)
            except AssertionError as error:
                why = str(error)
            else:
                return
            await asyncio.sleep(_LOOK_EVERY_S)
        raise AssertionError(f"{what} {named}: {why}")

    async def chooses(self, opener: str, *choices: str) -> None:
        """Choose from a menu; one that the desktop has closed meanwhile is opened again."""
        for tries_left in reversed(range(_TRIES)):
            await self.does("click", opener)
            try:
                for choice in choices:
                    await self.does("choose", choice, patience_s=_PATIENCE_S / _TRIES)
            except AssertionError:
                if not tries_left:
                    raise
                for _ in choices:
                    await self.does("keys", "Escape")
            else:
                return

    async def sees(self, is_so: Callable[[Sight], object], what: str) -> Sight:
        """Look until it is so."""
        return await asyncio.to_thread(self._pilot.until, is_so, what, deadline_s=_PATIENCE_S)

    async def sees_words(self, words: str) -> None:
        """Look until something says so."""
        await self.sees(lambda s: any(words in name for name in s["names"]), words)

    async def is_killed(self) -> None:
        """kill -9 for the window."""
        await asyncio.to_thread(self._pilot.kill)

    async def keeps_a_picture(self) -> None:
        """Save what is on screen, for whoever looks into a failure."""
        path = self._pictures / "first-evening.png"
        with contextlib.suppress(AssertionError):
            await asyncio.to_thread(self._pilot.order, "shot", path=str(path))
            print(f"what was on screen: {path}")  # noqa: T201 - pytest shows it with the failure


class Evening:
    """Everybody and everything that the evening needs."""

    def __init__(
        self,
        server: ServerProcess,
        *,
        line: FaultyProxy,
        ingest: FaultyProxy,
        viewer: ApiClient,
    ) -> None:
        self.server = server
        self.line = line
        self.ingest = ingest
        self.viewer = viewer
        self.creator = server.account("creator")
        self.member = server.account("member")
        self.stream_id = ""

    # --- chapters -------------------------------------------------------------------------

    async def sign_in(self, me: Creator) -> None:
        await me.sees(lambda s: s["page"] == "sign-in", "the sign-in page")
        await me.does("write", "E-mail", self.creator.email)
        await me.does("write", "Password", self.creator.password)
        await me.does("click", "Sign in")

    async def set_up(self, me: Creator) -> None:
        await me.sees_words("Welcome. Four short steps")
        await me.does("pick", "Look", "Light")
        for _ in range(3):
            await me.does("click", "Next")
        await me.does("click", "Use these settings")
        await me.sees(lambda s: "Use these settings" not in s["names"], "the set-up gone")

    async def build_a_scene(self, me: Creator) -> None:
        await me.sees(lambda s: s["has_picture"] and "Connected" in s["line"], "ready")
        await self._add(me, "Gradient")
        await me.sees(lambda s: s["sources"] == ["Gradient"], "a still picture")
        await self._add(me, "Text\N{HORIZONTAL ELLIPSIS}")
        await me.does("write", "Words", "Welcome")
        await me.does("click", "Add")
        await me.sees(lambda s: len(s["places"]) == 2, "words on the picture")
        await self._add(me, "From the room", "Tip alerts")
        before = (await me.sees(lambda s: len(s["places"]) == 3, "alerts"))["places"]
        await me.does("drag_topmost", 60, 40)
        await me.sees(lambda s: s["places"][:2] == before[:2] and s["places"] != before, "moved")
        await me.does("keys", "Ctrl+Z")
        await me.sees(lambda s: s["places"] == before, "moved back")

    async def _add(self, me: Creator, *choices: str) -> None:
        await me.chooses("Add source", *choices)

    async def go_live(self, me: Creator) -> None:
        await me.does("click", "Prepare your show")
        await me.does("write", "Title", "Piano by candlelight")
        await me.does("write", "Tags", "piano, calm")
        await me.does("write", "First goal", _GOAL)
        await me.does("write", "Tokens", str(_TOKENS))
        await me.does("pick", "Countdown", "3 seconds")
        await me.sees(lambda s: "Stream key: Good" in s["checks"], "a stream key")
        sight = await me.sees(lambda s: s["can_start"], "a clear checklist")
        assert "Sound: Look" in sight["checks"], "nobody hears a picture"
        await me.does("click", "Go live")
        await me.sees_words("Live in ")
        await me.sees(_is_live, "on air")
        self.stream_id = await stream_on_air(self.viewer, self.creator.id)
        stream = await self.viewer.streams.read(self.stream_id)
        assert (stream.title, stream.tags) == ("Piano by candlelight", ["piano", "calm"])
        await me.sees(lambda s: _goal(s) == f"{_GOAL} | 0 of {_TOKENS} tokens (0 %)", "the goal")

    async def talk(self, me: Creator) -> None:
        await self.viewer.room.send(self.stream_id, "Lovely to be here")
        await self.viewer.room.send(self.stream_id, "Buy followers at my shop")
        await me.sees(lambda s: _says(s, "Buy followers"), "the viewer's lines")
        await me.does("write", "Message to the room", "Good evening everybody")
        await me.does("keys", "Return")
        await me.sees(lambda s: _says(s, "Good evening everybody"), "the own line")
        await me.does("ask_about_line", "Buy followers")
        await me.does("choose", "Delete this message")
        await me.sees(lambda s: not _says(s, "Buy followers"), "the line gone")
        chat = (await self.viewer.room.history(self.stream_id)).items
        assert sorted(one.text for one in chat if not one.deleted) == [
            "Good evening everybody",
            "Lovely to be here",
        ]

    async def be_tipped(self, me: Creator) -> None:
        await self.viewer.wallet.purchase(500)
        await self.viewer.wallet.tip(self.stream_id, TipRequest(tokens=40, text="For the piano"))
        sight = await me.sees(lambda s: "40 tokens" in s["tip"], "the tip")
        assert self.member.display_name in sight["tip"]
        assert any("tipped 40 tokens" in row for row in sight["activity"])
        await me.sees(lambda s: s["total"].endswith("40 tokens"), "the evening's figure")
        await me.sees(lambda s: "40 of 60 tokens" in _goal(s), "the goal nearer")
        await self.viewer.wallet.tip(self.stream_id, TipRequest(tokens=25))
        await me.sees(lambda s: f"Goal reached: {_GOAL}" in s["activity"], "the goal reached")
        await me.sees(lambda s: s["total"].endswith("65 tokens"), "the evening's figure")

    async def be_safe(self, me: Creator) -> None:
        await me.chooses("Docks and layouts", "Controls")
        await me.does("click", "Freeze")
        await me.sees_words("Viewers see a blurred still and hear nothing.")
        await self._viewers_see("frozen")
        await me.does("click", "Go on")
        await me.sees(lambda s: "Freeze" in s["names"], "the picture again")
        await self._viewers_see("live")
        await me.does("keys", "Ctrl+Shift+P")
        await me.sees_words("Viewers see a slate and hear nothing.")
        await self._viewers_see("panicked")
        await me.does("click", "Show my picture again")
        await me.sees_words("Is everything out of sight?")
        await me.does("click", "Yes, show my picture")
        await me.sees(lambda s: s["panic"] == "Panic" and _is_live(s), "the picture again")
        await self._viewers_see("live")

    async def _viewers_see(self, state: str) -> None:
        async with asyncio.timeout(_PATIENCE_S):
            while (await self.viewer.streams.read(self.stream_id)).state.value != state:
                await asyncio.sleep(_LOOK_EVERY_S)

    async def lose_the_line(self, me: Creator) -> None:
        for proxy in (self.line, self.ingest):
            proxy.refuse(True)
            proxy.cut()
        await me.sees(lambda s: s["badge"] == "Reconnecting", "told that the show is cut")
        await me.sees(lambda s: "Connected" not in s["line"], "told that the room is cut")
        await self.viewer.room.send(self.stream_id, "Where are you?")
        for proxy in (self.line, self.ingest):
            proxy.refuse(False)
        await me.sees(_is_live, "on air again")
        sight = await me.sees(lambda s: _says(s, "Where are you?"), "what was said meanwhile")
        assert sum("Lovely to be here" in row for row in sight["chat"]) == 1, "nothing twice"

    async def find_it_again(self, me: Creator) -> None:
        await self.sign_in(me)
        await me.sees(lambda s: s["page"] == "studio" and _is_live(s), "the show taken over")
        await me.sees_words("You are still on air; the studio has taken over.")
        await me.does("click", "Close this message")
        await me.does("click", "See what was found")
        await me.sees_words("The studio did not end as it should.")
        sight = await me.sees(lambda s: any("Found: " in name for name in s["names"]), "found")
        assert any("1 scene, 3 sources" in name for name in sight["names"]), sight["names"]
        await me.does("click", "Go on")
        sight = await me.sees(lambda s: _says(s, "Where are you?"), "the room as it was")
        assert sight["title"] == "Piano by candlelight"
        assert sight["sources"][-1] == "Gradient"

    async def end(self, me: Creator) -> None:
        await me.does("click", "End")
        await me.does("click", "End the broadcast")
        sight = await me.sees(lambda s: s["summary"], "the figures")
        for figure in ("Tips: 2", "Tokens received: 65", "Goals reached: 1 of "):
            assert figure in sight["summary"], sight["summary"]
        await me.does("click", "Close")
        await me.sees(lambda s: s["badge"] == "Ended", "ended")


def _is_live(sight: Sight) -> bool:
    return str(sight["badge"]).startswith("LIVE") and not sight["problem"]


def _goal(sight: Sight) -> str:
    """The goal that tips go to."""
    return str(sight["goals"][0]) if sight["goals"] else ""


def _says(sight: Sight, words: str) -> bool:
    return any(words in row for row in sight["chat"])


@contextlib.asynccontextmanager
async def _evening(folder: Path) -> AsyncIterator[Evening]:
    async with FaultyProxy("127.0.0.1", 9) as ingest:
        env = {"TEEZU_INGEST_URL": f"rtmp://127.0.0.1:{ingest.port}/live"}
        rtmp_port = _free_port()  # the server tells the address of the proxy in place of its own
        data = folder / "server"
        with server_process(data, demo=True, env=env, rtmp_port=rtmp_port) as server:
            ingest.retarget("127.0.0.1", rtmp_port)
            async with (
                FaultyProxy("127.0.0.1", _port(server.url)) as line,
                ApiClient(server.url) as viewer,
            ):
                member: Account = server.account("member")
                await viewer.auth.login(member.email, member.password)
                yield Evening(server, line=line, ingest=ingest, viewer=viewer)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _port(address: str) -> int:
    return int(address.rsplit(":", 1)[1])


@contextlib.asynccontextmanager
async def _at_the_window(
    env: Mapping[str, str], evening: Evening, engine: Path, pictures: Path
) -> AsyncIterator[Creator]:
    arguments = ("--server", evening.line.url, "--runtime-dir", str(engine))
    with studio_window(env, *arguments) as pilot:
        me = Creator(pilot, pictures)
        try:
            yield me
        except BaseException:
            await me.keeps_a_picture()
            raise


@pytest.mark.timeout(300)
async def test_a_first_evening_from_the_set_up_to_the_end(
    desktop_env: Mapping[str, str],
    private_folders: Path,
    engine_folder: Path,
    tmp_path: Path,
) -> None:
    homes = {n: os.environ[n] for n in os.environ if n.startswith("XDG_") or n == "HOME"}
    homes.pop("XDG_SESSION_TYPE", None)
    env = {**desktop_env, **homes}
    async with _evening(tmp_path) as evening:
        async with _at_the_window(env, evening, engine_folder, tmp_path) as me:
            await evening.sign_in(me)
            await evening.set_up(me)
            await evening.build_a_scene(me)
            await evening.go_live(me)
            await evening.talk(me)
            await evening.be_tipped(me)
            await evening.be_safe(me)
            await evening.lose_the_line(me)
            await me.is_killed()
        async with _at_the_window(env, evening, engine_folder, tmp_path) as me:
            await evening.find_it_again(me)
            await evening.end(me)
