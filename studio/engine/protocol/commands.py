"""What a client may ask of the engine."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_serializer, field_validator

from shared.ids import new_id
from studio.engine.protocol.media import ControlMedia
from studio.engine.protocol.mixer import SubscribeMeters, UnsubscribeMeters
from studio.engine.protocol.overlays import UpdateOverlays
from studio.engine.protocol.safety import Dump, Freeze, PressAction, SetDelay, SetGlobalKeys
from studio.engine.protocol.wire import Wire
from studio.project.edits import Edit
from studio.project.model import Identifier, Project
from studio.project.transitions import TransitionSettings

EncoderId = Literal[
    "x264",
    "nvenc",
    "qsv",
    "amf",
    "videotoolbox",
    "media_foundation",
    "x265",
    "nvenc_hevc",
    "qsv_hevc",
    "amf_hevc",
    "videotoolbox_hevc",
    "media_foundation_hevc",
    "svt_av1",
    "nvenc_av1",
    "qsv_av1",
    "amf_av1",
]


class VideoSettings(Wire):
    """What the encoder makes; size is that of the project's canvas."""

    width: int = Field(default=1920, ge=16, le=7680, multiple_of=2)
    height: int = Field(default=1080, ge=16, le=4320, multiple_of=2)
    fps: int = Field(default=30, ge=1, le=120)
    bitrate_kbps: int = Field(default=6000, ge=100, le=100_000)
    keyframe_s: float = Field(default=2.0, ge=0.25, le=10.0)
    preset: Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"] = (
        "veryfast"
    )
    encoder: EncoderId = "x264"
    rate_control: Literal["cbr", "vbr"] = "cbr"
    """With "vbr" the rate is a ceiling that easy pictures stay under."""
    threads: int = Field(default=0, ge=0, le=64)
    """0 lets the engine choose by size, rate and processors."""


class AudioSettings(Wire):
    """What the sound encoder makes: AAC, 48 kHz, stereo."""

    bitrate_kbps: int = Field(default=160, ge=32, le=512)


class RtmpOutput(Wire):
    """A destination to publish to: `rtmp://host[:port]/app` and the key, or the key in the URL."""

    kind: Literal["rtmp"] = "rtmp"
    id: Identifier = Field(default_factory=new_id)
    name: str = Field(default="Live", max_length=100)
    url: str = Field(min_length=8, max_length=2048, repr=False)
    key: SecretStr = SecretStr("")
    backup_url: str | None = Field(default=None, min_length=8, max_length=2048, repr=False)
    """The platform's second ingest for the same key, tried while the first does not answer."""

    @field_serializer("key", when_used="json")
    def _reveal_key(self, key: SecretStr) -> str:
        return key.get_secret_value()


class RecordingOutput(Wire):
    """A file on this machine: Matroska if its name ends in `.mkv`, else fragmented MP4."""

    kind: Literal["recording"] = "recording"
    id: Identifier = Field(default_factory=new_id)
    name: str = Field(default="Recording", max_length=100)
    path: str = Field(min_length=1, max_length=4096)
    split_s: float | None = Field(default=None, ge=10, le=86_400)
    """Go on in another file, "name (2)", at the first keyframe after so many seconds."""
    split_mb: int | None = Field(default=None, ge=10, le=1_000_000)
    """The same, after so many megabytes."""
    audio_tracks: tuple[Annotated[int, Field(ge=1, le=6)], ...] = Field(
        default=(1,), min_length=1, max_length=6
    )
    """The sound tracks of the mixer that the file gets, in this order."""

    @field_validator("audio_tracks")
    @classmethod
    def _check_tracks(cls, tracks: tuple[int, ...]) -> tuple[int, ...]:
        if len(set(tracks)) != len(tracks):
            raise ValueError("a sound track is named twice")
        return tracks


class ReplayOutput(Wire):
    """The last seconds in memory, to be saved by `SaveReplay`."""

    kind: Literal["replay"] = "replay"
    id: Identifier = Field(default_factory=new_id)
    name: str = Field(default="Replay", max_length=100)
    seconds: float = Field(default=30.0, ge=1, le=600)


OutputSpec = Annotated[RtmpOutput | RecordingOutput | ReplayOutput, Field(discriminator="kind")]


class StreamIdentity(Wire):
    """The server's record of this broadcast, kept by the engine for a window that comes back."""

    stream_id: str = Field(max_length=128)
    title: str = Field(default="", max_length=300)
    server_url: str | None = Field(default=None, max_length=2048)
    playlist_url: str | None = Field(default=None, max_length=4096)


class Hello(Wire):
    """Prove the right to speak. Reply: `StateResult`."""

    kind: Literal["hello"] = "hello"
    token: str = Field(repr=False)
    client: str = Field(default="client", max_length=100)
    wants_events: bool = True


class GetState(Wire):
    """Ask for everything. Reply: `StateResult`."""

    kind: Literal["get_state"] = "get_state"


class OpenProject(Wire):
    """Load a project file, or make it with an empty scene; edits are saved to it from then on.

    Reply: `ProjectResult`.
    """

    kind: Literal["open_project"] = "open_project"
    path: str = Field(min_length=1, max_length=4096)


class SetProject(Wire):
    """Replace the whole document (undoable). Reply: `ProjectResult`."""

    kind: Literal["set_project"] = "set_project"
    project: Project
    version: int | None = None


class EditProject(Wire):
    """Apply edits as one undoable step. Reply: `ProjectResult`.

    With `version`, refused with `VERSION_CONFLICT` when the document has changed since.
    """

    kind: Literal["edit_project"] = "edit_project"
    edits: tuple[Edit, ...] = Field(min_length=1, max_length=1000)
    version: int | None = None


class SwitchScene(Wire):
    """Put a scene on air; without one, the scene in preview. Reply: `ProjectResult`.

    Refused with `NOT_FOUND` when there is no such scene, or nothing in preview.
    """

    kind: Literal["switch_scene"] = "switch_scene"
    scene_id: Identifier | None = None
    transition: TransitionSettings | None = None
    """How, this once; without it as the scene or the document says."""


class Undo(Wire):
    """Take the last edit back. Reply: `ProjectResult`."""

    kind: Literal["undo"] = "undo"


class Redo(Wire):
    """Do the edit again that was taken back. Reply: `ProjectResult`."""

    kind: Literal["redo"] = "redo"


class ListDevices(Wire):
    """Ask what can be captured here. Reply: `DevicesResult`."""

    kind: Literal["list_devices"] = "list_devices"


class ListEncoders(Wire):
    """Ask which encoders work here, each tried with a frame. Reply: `EncodersResult`."""

    kind: Literal["list_encoders"] = "list_encoders"


class Configure(Wire):
    """Set what is encoded; refused with `ENGINE_LIVE` while on air. Reply: `StateResult`."""

    kind: Literal["configure"] = "configure"
    video: VideoSettings
    audio: AudioSettings = AudioSettings()


class StartBroadcast(Wire):
    """Encode and feed these outputs. Reply: `StateResult`; states follow as events."""

    kind: Literal["start_broadcast"] = "start_broadcast"
    outputs: tuple[OutputSpec, ...] = Field(min_length=1, max_length=16)
    stream: StreamIdentity | None = None
    stop_when_alone: bool = False
    """Also stop when no client is connected for the engine's idle time (the command line)."""


class StopBroadcast(Wire):
    """Stop every output and the encoder. Reply: `StateResult`, when all of it has stopped.

    What a safety delay holds is thrown away, or played out first: then the reply comes at once,
    `ending_s` of the broadcast tells how long it takes, and a `BroadcastEvent` that it is over. The
    same command without `play_out` cuts that short.
    """

    kind: Literal["stop_broadcast"] = "stop_broadcast"
    play_out: bool = False


class AddOutput(Wire):
    """Feed one more output; starts encoding when nothing does. Reply: `StateResult`."""

    kind: Literal["add_output"] = "add_output"
    output: OutputSpec


class RemoveOutput(Wire):
    """Stop one output; stops encoding with the last. Reply: `StateResult`."""

    kind: Literal["remove_output"] = "remove_output"
    output_id: Identifier


class TryOutput(Wire):
    """Connect to a destination and say hello, without publishing. Reply: `Done`, or why not."""

    kind: Literal["try_output"] = "try_output"
    url: str = Field(min_length=8, max_length=2048, repr=False)


class PauseRecording(Wire):
    """Pause a recording, or let it go on as if nothing had been between. Reply: `StateResult`."""

    kind: Literal["pause_recording"] = "pause_recording"
    output_id: Identifier
    paused: bool


class SaveReplay(Wire):
    """Save what a replay output holds as a file. Reply: `SavedResult`."""

    kind: Literal["save_replay"] = "save_replay"
    output_id: Identifier
    path: str = Field(min_length=1, max_length=4096)


class SetBitrate(Wire):
    """Change the video bitrate on air. Reply: `StateResult`."""

    kind: Literal["set_bitrate"] = "set_bitrate"
    bitrate_kbps: int = Field(ge=100, le=100_000)


class ForceKeyframe(Wire):
    """Make the next frame a keyframe. Reply: `Done`."""

    kind: Literal["force_keyframe"] = "force_keyframe"


class MarkChapter(Wire):
    """Begin a chapter in what is being recorded. Reply: `Done`.

    Without a title it is named after the scene and the time. Refused with `NO_RECORDING` when
    nothing is recorded, with `PAUSED` while every recording pauses.
    """

    kind: Literal["mark_chapter"] = "mark_chapter"
    title: str = Field(default="", max_length=100)


class Panic(Wire):
    """Slate and silence at the next frame; throw away what was not sent. Reply: `StateResult`."""

    kind: Literal["panic"] = "panic"
    reason: str = Field(default="", max_length=200)


class Reveal(Wire):
    """Show the scene again after a panic; must be confirmed. Reply: `StateResult`."""

    kind: Literal["reveal"] = "reveal"
    confirmed: Literal[True]


PreviewView = Annotated[
    str,
    Field(max_length=80, pattern=r"^(program|preview|multiview|scene:[A-Za-z0-9_.:-]+)$"),
]


class SubscribePreview(Wire):
    """Have a view rendered small into a ring, until the lease is over.

    Views: the program; the scene in preview; all scenes together; one scene by its id.
    Reply: `PreviewResult`.
    """

    kind: Literal["subscribe_preview"] = "subscribe_preview"
    view: PreviewView = "program"
    width: int = Field(default=640, ge=16, le=1280)
    height: int = Field(default=360, ge=16, le=720)
    fps: int = Field(default=15, ge=1, le=30)


class UnsubscribePreview(Wire):
    """Give this client's preview up, or one view of it. Reply: `Done`."""

    kind: Literal["unsubscribe_preview"] = "unsubscribe_preview"
    view: PreviewView | None = None


class Shutdown(Wire):
    """End the engine; refused with `ENGINE_LIVE` on air unless forced. Reply: `Done`."""

    kind: Literal["shutdown"] = "shutdown"
    force: bool = False


Command = Annotated[
    Hello
    | GetState
    | OpenProject
    | SetProject
    | EditProject
    | SwitchScene
    | Undo
    | Redo
    | ListDevices
    | ListEncoders
    | Configure
    | StartBroadcast
    | StopBroadcast
    | AddOutput
    | RemoveOutput
    | TryOutput
    | PauseRecording
    | SaveReplay
    | SetBitrate
    | ForceKeyframe
    | MarkChapter
    | Panic
    | Reveal
    | Freeze
    | SetDelay
    | Dump
    | SetGlobalKeys
    | PressAction
    | SubscribePreview
    | UnsubscribePreview
    | SubscribeMeters
    | UnsubscribeMeters
    | UpdateOverlays
    | ControlMedia
    | Shutdown,
    Field(discriminator="kind"),
]


class Request(Wire):
    """One line from a client; `id` comes back in the reply."""

    id: int = Field(ge=0)
    command: Command
