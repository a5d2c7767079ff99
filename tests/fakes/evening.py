"""A busy evening on a demo server: streams with moving pictures, talk, tips, moods and reports."""

import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from fakes.server import Account, ServerProcess

from shared.api import ApiClient
from shared.schemas.moderation import ReportCreate, ReportReason, SubjectType
from shared.schemas.moods import Mood
from shared.schemas.room import ChatMessage
from shared.schemas.streams import Stream, StreamStart
from shared.schemas.wallet import TipRequest

_PICTURES = (
    "testsrc2=size=640x360:rate=15",
    "mandelbrot=size=640x360:rate=15",
    "gradients=size=640x360:rate=15:speed=0.02",
)
_TITLES = (
    ("Evening drawing: a harbour in ink", Mood.CHILL),
    ("Guitar by candlelight", Mood.ROMANTIC),
    ("Cooking for two, live from the kitchen", Mood.PLAYFUL),
)
_TALK = (
    "Lovely colours tonight",
    "How long did the sketch take?",
    "Good evening from Utrecht",
    "That line work is so steady",
    "Which ink do you use?",
)
_REPORTED = (
    (
        0,
        "Nobody wants to see this, take your scribbles and go away.",
        ReportReason.HARASSMENT,
    ),
    (0, "Cheap followers, a thousand for five tokens, see my page", ReportReason.SPAM),
    (1, "I know which street you live in, shall I tell them all?", ReportReason.PRIVACY),
    (2, "People like you should not be allowed on here.", ReportReason.HATE),
    (2, "Send me tokens and I will send back double, promise", ReportReason.FRAUD),
)


@dataclass(slots=True)
class Evening:
    """What goes on: the streams, and the messages that were reported, in order."""

    streams: list[Stream]
    reported: list[ChatMessage]


@asynccontextmanager
async def evening(server: ServerProcess, *, pictures: bool = True) -> AsyncIterator[Evening]:
    """Make the evening; the pictures (by ffmpeg) move for as long as the block lasts."""
    creators = [a for a in server.accounts if a.role in ("creator", "provider")][: len(_TITLES)]
    members = [a for a in server.accounts if a.role == "member"]
    async with AsyncExitStack() as stack:
        streams: list[Stream] = []
        for creator, (title, mood), source in zip(creators, _TITLES, _PICTURES, strict=False):
            client = await _signed_in(stack, server, creator)
            started = await client.streams.start(StreamStart(title=title, mood=mood))
            streams.append(started.stream)
            if pictures:
                target = f"{started.ingest.url}/{started.ingest.stream_key}"
                stack.enter_context(_Publisher(source, target))
        people = [await _signed_in(stack, server, member) for member in members[:6]]
        await _talk(people[:4], streams)
        reported = await _report(people, streams)
        yield Evening(streams, reported)


async def _signed_in(stack: AsyncExitStack, server: ServerProcess, account: Account) -> ApiClient:
    client = await stack.enter_async_context(ApiClient(server.url))
    await client.auth.login(account.email, account.password)
    return client


async def _talk(people: list[ApiClient], streams: list[Stream]) -> None:
    moods = list(Mood)
    for number, person in enumerate(people):
        for place, stream in enumerate(streams):
            await person.room.send(stream.id, _TALK[(number + place) % len(_TALK)])
            await person.show.vote_mood(stream.id, moods[(number * 2 + place) % 5])
        await person.wallet.purchase(2000)
        await person.wallet.tip(
            streams[number % len(streams)].id, TipRequest(tokens=150 * (number + 1))
        )


async def _report(people: list[ApiClient], streams: list[Stream]) -> list[ChatMessage]:
    """One person writes what others report; some of it is reported more than once."""
    offender, *others = people[::-1]
    reported = []
    for number, (place, words, reason) in enumerate(_REPORTED):
        message = await offender.room.send(streams[place].id, words)
        await others[0].room.send(streams[place].id, "Please be kind to each other")
        reported.append(message)
        for reporter in others[: 1 + number % 3]:
            await reporter.reports.create(
                ReportCreate(
                    subject_type=SubjectType.MESSAGE,
                    subject_id=message.id,
                    reason=reason,
                    note="It is not the first time this evening." if number == 0 else "",
                )
            )
    return reported


class _Publisher:
    """ffmpeg sending a synthetic picture to the ingest."""

    def __init__(self, source: str, target: str) -> None:
        self._command = [
            *("ffmpeg", "-hide_banner", "-loglevel", "error", "-re", "-f", "lavfi", "-i", source),
            *("-f", "lavfi", "-i", "sine=frequency=330:sample_rate=48000"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-pix_fmt", "yuv420p"),
            *("-b:v", "600k", "-c:a", "aac", "-f", "flv", target),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __exit__(self, *_error: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
