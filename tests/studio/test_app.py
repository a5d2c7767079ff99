"""Journeys in the real studio window on a real screen, with the real server and engine."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from fakes.server import Account, ServerProcess, server_process
from tools.remote_pilot import RemotePilot, Sight, password_file, studio_window
from tools.waiting import stream_on_air

from shared.api import ApiClient
from shared.errors import Unavailable
from shared.schemas.wallet import TipRequest
from studio.engine.client import EngineClient
from studio.engine.protocol import Shutdown
from studio.engine.runtime import read_address

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server with demo data."""
    with server_process(tmp_path / "server", demo=True) as server:
        yield server


@pytest.fixture
def creator(platform: ServerProcess) -> Account:
    """The demo creator."""
    return platform.account("creator")


@pytest.fixture
def env(desktop_env: Mapping[str, str], private_folders: Path) -> Mapping[str, str]:
    """The environment of the window: a real screen, the test's private folders."""
    names = ("HOME", *(name for name in os.environ if name.startswith("XDG_")))
    return {**desktop_env, **{n: os.environ[n] for n in names if n != "XDG_SESSION_TYPE"}}


@pytest.fixture
def runtime(private_folders: Path) -> Iterator[Path]:
    """Where the engine of this test is found; it is ended with the test."""
    folder = private_folders / "run" / "engine"
    folder.mkdir(mode=0o700)
    yield folder
    address = read_address(folder)
    if address is None:
        return

    async def end() -> None:
        client = EngineClient(address, name="test")
        with contextlib.suppress(Exception):
            async with client:
                await client.request(Shutdown(force=True))

    asyncio.run(end())


@pytest.fixture
def arguments(
    platform: ServerProcess, creator: Account, runtime: Path, tmp_path: Path
) -> tuple[str, ...]:
    """The command line that signs the creator in."""
    secret = password_file(tmp_path, creator.password)
    account = ("--email", creator.email, "--password-file", str(secret))
    return ("--server", platform.url, *account, "--runtime-dir", str(runtime))


def go_live(pilot: RemotePilot, title: str = "Evening talk") -> None:
    """Put a test picture on air under a title."""
    pilot.until(lambda s: s["page"] == "studio" and "Connected" in s["line"], "signed in")
    if not pilot.look()["sources"]:
        pilot.order("add", kind="pattern", name="Test picture")
        pilot.until(lambda s: s["sources"] == ["Test picture"], "the source")
    pilot.until(lambda s: s["can_go_live"] and s["has_picture"], "ready to go live")
    pilot.order("type_into", name="streamTitle", text=title)
    pilot.order("press", name="goLive")
    pilot.until(lambda s: s["badge"].startswith("LIVE"), "on air")


def end(pilot: RemotePilot) -> None:
    """End the broadcast: asked once, then over."""
    pilot.order("press", name="goLive")
    pilot.until(lambda s: s["end_question"], "the question")
    assert pilot.look()["badge"].startswith("LIVE"), "nothing ends before the answer"
    pilot.order("press", name="endYes")
    pilot.until(lambda s: s["badge"] == "Ended", "ended")


def test_a_show_is_prepared_and_goes_live_with_its_goal(
    env: Mapping[str, str], arguments: tuple[str, ...], platform: ServerProcess, creator: Account
) -> None:
    async def announced() -> tuple[list[str], str]:
        async with ApiClient(platform.url) as client:
            await client.auth.login(creator.email, creator.password)
            stream = await client.streams.read(await stream_on_air(client, creator.id))
            return stream.tags, stream.audience.value

    with studio_window(env, *arguments) as pilot:
        pilot.until(lambda s: s["page"] == "studio" and "Connected" in s["line"], "signed in")
        pilot.order("press", name="prepareShow")
        sight = pilot.until(lambda s: "Picture: Stop" in s["checks"], "nothing to see")
        assert not sight["can_start"]
        pilot.order("close_panels")
        if not sight["sources"]:
            pilot.order("add", kind="pattern", name="Test picture")
        pilot.until(lambda s: s["can_go_live"] and s["has_picture"], "ready to go live")
        pilot.order("press", name="prepareShow")
        sight = pilot.until(lambda s: s["can_start"], "a clear checklist")
        assert "Stream key: Good" in sight["checks"]
        pilot.order("fill", name="sheetTitle", text="Piano by candlelight")
        pilot.order("fill", name="sheetTags", text="Piano, calm evening")
        pilot.order("fill", name="sheetGoal", text="A second encore")
        pilot.order("press", name="sheetGoLive")
        sight = pilot.until(lambda s: s["badge"].startswith("LIVE"), "on air")
        assert sight["title"] == "Piano by candlelight"
        pilot.until(lambda s: "New goal: A second encore" in s["activity"], "the goal")
        assert asyncio.run(announced()) == (["piano", "calm", "evening"], "public")
        end(pilot)


def test_an_evening(
    env: Mapping[str, str],
    arguments: tuple[str, ...],
    platform: ServerProcess,
    creator: Account,
) -> None:
    """Go live, chat, be tipped, reach for a goal, hide a message, panic, end, close."""
    member = platform.account("member")

    async def visit(pilot: RemotePilot) -> str:
        async with ApiClient(platform.url) as client:
            await client.auth.login(member.email, member.password)
            stream_id = await stream_on_air(client, creator.id)
            message = await client.room.send(stream_id, "Lovely to be here")
            await client.wallet.purchase(500)
            await client.wallet.tip(stream_id, TipRequest(tokens=50, text="For the piano"))
            return message.id

    with studio_window(env, *arguments) as pilot:
        go_live(pilot)
        before = pilot.look()["goals"]
        pilot.order("type_into", name="messageBox", text="Good evening everybody")
        pilot.until(
            lambda s: any("Good evening everybody" in row for row in s["chat"]), "own message"
        )
        asyncio.run(visit(pilot))
        sight = pilot.until(
            lambda s: any(row.endswith("Lovely to be here") for row in s["chat"]),
            "the visitor's message",
        )
        sight = pilot.until(lambda s: "50 tokens" in s["tip"], "the tip")
        assert member.display_name in sight["tip"]
        assert any("tipped 50 tokens" in row for row in sight["activity"])
        sight = pilot.until(lambda s: s["goals"] != before, "the goal moves")
        assert "50 of " in sight["goals"][0]
        pilot.order("press", name="panic")
        pilot.until(lambda s: s["panic"] == "Show my picture again", "the slate")
        pilot.order("press", name="panic")
        pilot.until(lambda s: s["panic"] == "confirm", "asked once more")
        pilot.order("press", name="revealYes")
        pilot.until(lambda s: s["panic"] == "Panic", "revealed")
        end(pilot)
        sight = pilot.until(lambda s: s["summary"], "the figures")
        assert "Tokens received: 50" in sight["summary"]
        assert "Tips: 1" in sight["summary"]
        pilot.order("press", name="closeSummary")
        pilot.order("close")
        assert pilot.answer() == [], "left behind"
        assert pilot.ended() == 0


def test_closing_on_air_asks_and_ends_the_broadcast(
    env: Mapping[str, str], arguments: tuple[str, ...], platform: ServerProcess, creator: Account
) -> None:
    with studio_window(env, *arguments) as pilot:
        go_live(pilot)
        pilot.order("close")
        pilot.until(lambda s: s["close_question"], "the question")
        pilot.order("press", name="closeEnd")
        assert pilot.ended() == 0

    async def still_on() -> list[str]:
        async with ApiClient(platform.url) as client:
            await client.auth.login(creator.email, creator.password)
            return [
                s.id for s in (await client.streams.active()).items if s.creator.id == creator.id
            ]

    assert asyncio.run(still_on()) == []


def test_a_killed_window_is_replaced_and_the_show_goes_on(
    env: Mapping[str, str], arguments: tuple[str, ...], runtime: Path
) -> None:
    with studio_window(env, *arguments) as pilot:
        go_live(pilot, title="Nothing stops us")
        engine = read_address(runtime)
        pilot.kill()
    with studio_window(env, *arguments) as pilot:
        sight = pilot.until(lambda s: s["badge"].startswith("LIVE"), "taken over")
        assert sight["title"] == "Nothing stops us"
        assert sight["sources"] == ["Test picture"]
        assert read_address(runtime) == engine
        pilot.order("type_into", name="messageBox", text="Here I am again")
        pilot.until(lambda s: any("Here I am again" in r for r in s["chat"]), "can write")
        end(pilot)


def test_teezer_is_switched_from_the_window(
    env: Mapping[str, str], arguments: tuple[str, ...]
) -> None:
    with studio_window(env, *arguments) as pilot:
        before = pilot.until(lambda s: s["teezer_status"], "Teezer is known")
        pilot.order("press", name="teezerSwitch")
        pilot.until(
            lambda s: s["teezer"] is not before["teezer"] and s["teezer_status"] != "Switching",
            "Teezer switched",
        )
        assert pilot.look()["notice"] == "" or "keyring" in pilot.look()["notice"]


def test_another_person_signs_in_after_the_first_has_left(
    env: Mapping[str, str],
    arguments: tuple[str, ...],
    platform: ServerProcess,
    creator: Account,
    private_folders: Path,
) -> None:
    other = next(a for a in platform.accounts if a.role == "creator" and a.id != creator.id)
    with studio_window(env, *arguments) as pilot:
        pilot.until(lambda s: "Connected" in s["line"], "signed in")
        assert pilot.look()["name"] == creator.display_name
        pilot.order("sign_out")
        pilot.until(lambda s: s["page"] == "sign-in", "the sign-in page")
        assert not list((private_folders / "cache").rglob("last-state.json"))
        pilot.order("sign_in", email=other.email, password="certainly not this one")
        pilot.until(lambda s: "do not belong together" in s["sign_in_problem"], "refused")
        pilot.order("sign_in", email=other.email, password=other.password)
        pilot.until(lambda s: s["page"] == "studio" and "Connected" in s["line"], "signed in")
        assert pilot.look()["name"] == other.display_name
        pilot.order("close")
        assert pilot.ended() == 0


def test_a_wrong_password_is_told_on_the_page(
    env: Mapping[str, str], platform: ServerProcess, creator: Account, runtime: Path, tmp_path: Path
) -> None:
    wrong = password_file(tmp_path, "not the right password")
    arguments = ("--server", platform.url, "--email", creator.email)
    arguments += ("--password-file", str(wrong), "--runtime-dir", str(runtime))
    with studio_window(env, *arguments) as pilot:
        sight = pilot.until(lambda s: s["sign_in_problem"], "the problem")
        assert sight["page"] == "sign-in"
        pilot.order("close")
        assert pilot.ended() == 0


def test_a_server_that_is_away_leaves_the_last_state_on_screen(
    env: Mapping[str, str], arguments: tuple[str, ...], platform: ServerProcess
) -> None:
    with studio_window(env, *arguments) as pilot:
        pilot.until(lambda s: "Connected" in s["line"], "signed in")
        pilot.order("close")
        assert pilot.ended() == 0
    platform.kill()
    with studio_window(env, *arguments) as pilot:
        sight = pilot.until(lambda s: s["notice"] and "Not connected" in s["line"], "told")
        assert sight["page"] == "studio"
        assert sight["action"] == "Start the local server"
        assert "The last known state is shown." in sight["notice"]


def test_the_local_server_is_started_when_asked_and_ends_with_the_window(
    env: Mapping[str, str], creator: Account, runtime: Path, tmp_path: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    secret = password_file(tmp_path, "a password of another server")
    arguments = ("--server", url, "--runtime-dir", str(runtime), "--email", creator.email)
    with studio_window(env, *arguments, "--password-file", str(secret)) as pilot:
        sight = pilot.until(lambda s: s["action"], "the offer")
        assert sight["action"] == "Start the local server"
        pilot.order("press_action")
        told: set[str] = set()

        def is_answered(sight: Sight) -> bool:
            told.add(sight["notice"])
            return bool(sight["sign_in_problem"])

        pilot.until(
            is_answered,
            "the server answers, and does not know the password",
            deadline_s=60,
        )
        assert not any("cannot be reached" in notice for notice in told), told
        pilot.order("close")
        assert pilot.ended() == 0
    assert not asyncio.run(answers(url))


async def answers(url: str) -> bool:
    """Whether a server answers at an address."""
    async with ApiClient(url) as client:
        try:
            return (await client.health.read()).ok
        except Unavailable:
            return False
