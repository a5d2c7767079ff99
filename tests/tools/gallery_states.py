"""An evening as plain state: what the studio's gallery shows in its docks and panels."""

from datetime import UTC, date, datetime, timedelta

from shared.qt.chat_rows import ChatRow, RowKind
from shared.schemas.accounts import UserRef
from shared.schemas.automod import AutomodRule, HeldMessage, HeldState
from shared.schemas.moods import Mood, MoodStrip
from shared.schemas.roles import Role
from shared.schemas.show import Goal, Milestone
from shared.schemas.stage import ActionSource, StageAction
from shared.schemas.streams import Audience, Plan
from shared.schemas.wallet import LeaderboardRow
from studio.docks.mixer import Levels, MixerState
from studio.docks.mixer_strip import StripState
from studio.live.figures import Day
from studio.project.filters import Filter
from studio.project.items import Bounds, SceneItem
from studio.project.model import Project, Scene, Source
from studio.project.overlays import GoalBarOverlay
from studio.project.sources import CameraSource, MicrophoneSource, PatternSource, TextSource

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
_NAMES = (
    ("Noor", Role.MOD),
    ("Alex de Vries", Role.MEMBER),
    ("Bas", Role.MEMBER_PLUS),
    ("Chloé Lambert-Vandenbroucke", Role.MEMBER),
    ("Dev", Role.PROVIDER),
    ("Esra", Role.MEMBER),
)
PEOPLE = tuple(
    UserRef(id=f"0192d3b4-5c6d-7e8f-9a0b-0000000000{at:02d}", display_name=name, role=role)
    for at, (name, role) in enumerate(_NAMES)
)
STRIP = MoodStrip(
    shares={
        Mood.ROMANTIC: 0.42,
        Mood.CHILL: 0.23,
        Mood.MYSTERIOUS: 0.2,
        Mood.PLAYFUL: 0.15,
    },
    dominant=Mood.ROMANTIC,
    at=NOW,
)
_SAID = (
    "Good evening from Ghent!",
    "The light is lovely tonight. Did you change the lamp behind the piano?",
    "@Mila Jansen that was beautiful \N{SPARKLES}",
    "First time here, what a warm room",
    "The piece you asked for is at https://example.org/nocturne",
)


def chat_rows() -> list[ChatRow]:
    """Words of everybody, a tip, a notice and an answer by Teezer."""
    rows = []
    for at, text in enumerate(_SAID):
        who = PEOPLE[at % len(PEOPLE)]
        rows.append(
            ChatRow(
                id=f"m{at}",
                text=text,
                author=who.display_name,
                author_id=who.id,
                role=who.role,
                at=NOW + timedelta(seconds=20 * at),
                mood=Mood.CHILL if at % 2 else Mood.ROMANTIC,
            )
        )
    rows.append(tip_rows()[-1])
    rows.append(
        ChatRow(
            id="ai",
            text="Thank you, Alex! The nocturne is next.",
            author="Mila Jansen",
            role=Role.CREATOR,
            at=NOW + timedelta(seconds=150),
            is_ai=True,
        )
    )
    rows.append(
        ChatRow(id="gone", text="", author="Bas", role=Role.MEMBER, at=NOW, is_deleted=True)
    )
    return rows


def tip_rows() -> list[ChatRow]:
    """The newest tips."""
    return [
        ChatRow(
            id=f"t{tokens}",
            text=f"tipped {tokens} tokens. For the piano!",
            author=PEOPLE[1].display_name,
            role=Role.MEMBER,
            at=NOW + timedelta(seconds=tokens),
            kind=RowKind.TIP,
        )
        for tokens in (25, 150)
    ]


def goals() -> list[Goal]:
    """A goal on its way, with a milestone that is passed, and one that is reached."""
    stream, first = PEOPLE[0].id, PEOPLE[1].id
    steps = [
        Milestone(title="A slow song", tokens=500, reached_at=NOW),
        Milestone(title="Candlelight", tokens=1500),
    ]
    return [
        Goal(
            id=first,
            stream_id=stream,
            title="Piano by candlelight",
            target_tokens=2000,
            raised_tokens=1250,
            milestones=steps,
        ),
        Goal(
            id=PEOPLE[2].id,
            stream_id=stream,
            title="A song you choose",
            target_tokens=500,
            raised_tokens=500,
            reached_at=NOW,
        ),
    ]


def actions() -> list[StageAction]:
    """What waits in the queue of the show."""
    return [
        StageAction(
            id=who.id,
            stream_id=PEOPLE[0].id,
            source=source,
            title=title,
            duration_s=seconds,
            tokens=tokens,
            requested_by=who,
            queued_at=NOW,
        )
        for who, source, title, seconds, tokens in (
            (PEOPLE[1], ActionSource.TIP, "Play the slow one again", 180, 75),
            (PEOPLE[3], ActionSource.TIP, "Dedicate a song to somebody far away", 120, 75),
            (PEOPLE[2], ActionSource.TIP, "Say my name", 10, 10),
        )
    ]


def held() -> list[HeldMessage]:
    """Messages that wait for a decision."""
    rules = list(AutomodRule)
    return [
        HeldMessage(
            id=who.id,
            stream_id=PEOPLE[0].id,
            author=who,
            text=text,
            rule=rules[at % len(rules)],
            at=NOW,
            state=HeldState.HELD,
        )
        for at, (who, text) in enumerate(
            (
                (PEOPLE[1], "come to my room at example dot org"),
                (PEOPLE[2], "HELLO HELLO HELLO HELLO"),
                (PEOPLE[5], "what is your telephone number?"),
            )
        )
    ]


def plans() -> list[Plan]:
    """Shows that are planned."""
    return [
        Plan(
            id=PEOPLE[at].id,
            creator_id=PEOPLE[0].id,
            title=title,
            tags=["piano"],
            mood=Mood.CHILL,
            audience=Audience.PUBLIC,
            starts_at=NOW + timedelta(days=at + 1),
            duration_min=90,
        )
        for at, title in enumerate(("Piano by candlelight", "Songs you asked for last month"))
    ]


def leaders() -> list[LeaderboardRow]:
    """The most generous of the evening."""
    return [
        LeaderboardRow(rank=at + 1, user=who, tokens=900 - 140 * at, tips=9 - at)
        for at, who in enumerate(PEOPLE[:5])
    ]


def days() -> tuple[Day, ...]:
    """A month of income."""
    first = date(2026, 10, 22)
    return tuple(
        Day(first + timedelta(days=n), tokens=(n * 37) % 400, tips=n % 9) for n in range(30)
    )


def project() -> Project:
    """Two scenes, one with a camera, words and a goal bar; filters on the camera."""
    sources = (
        Source(
            id="camera",
            name="Camera",
            settings=CameraSource(device="0"),
            filters=(Filter(id="blur", kind="blur"), Filter(id="look", kind="colour_correction")),
        ),
        Source(id="words", name="Welcome", settings=TextSource(text="Welcome to my show")),
        Source(id="goal", name="Goal bar", settings=GoalBarOverlay()),
        Source(id="voice", name="Microphone", settings=MicrophoneSource(device="mic")),
        Source(id="test", name="Test picture", settings=PatternSource()),
    )
    box = Bounds(width=1920, height=1080)
    items = (
        SceneItem(id="i1", source_id="camera", bounds=box),
        SceneItem(id="i2", source_id="words", x=120, y=820, bounds=Bounds(width=700, height=140)),
        SceneItem(id="i3", source_id="goal", x=1200, y=80, bounds=Bounds(width=640, height=126)),
    )
    names = ("Piano", "Close to the keys", "Pause", "Good night")
    scenes = [Scene(id="s0", name=names[0], items=items)]
    scenes += [Scene(id=f"s{at}", name=name) for at, name in enumerate(names) if at]
    return Project(sources=sources, scenes=tuple(scenes), program_scene_id="s0")


def strips() -> MixerState:
    """Eight strips, one muted, one with filters."""
    kinds = ("microphone", "desktop_audio", "file", "file", "tone", "file", "file", "file")
    names = ("Microphone", "Desktop sound", "Music", "Applause", "Tone", "Rain", "Bell", "Piano")
    return MixerState(
        tuple(
            StripState(
                f"s{at}",
                name,
                kind,
                gain_db=-3.0 * at,
                is_muted=at == 2,
                monitor="both" if at == 1 else "off",
                filters=3 if at == 0 else 0,
            )
            for at, (name, kind) in enumerate(zip(names, kinds, strict=True))
        )
    )


def levels() -> Levels:
    """What those strips sound like."""
    heard = {
        f"s{at}": ((-2.0 - 7.0 * at, -5.0 - 6.0 * at), (-14.0 - 6.0 * at, -16.0 - 6.0 * at))
        for at in range(8)
    }
    return Levels(heard, -0.4, short_term_lufs=-18.2, integrated_lufs=-17.9)
