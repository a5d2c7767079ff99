"""What the studio remembers of outputs, keys and notices; keys of platforms are never among it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.ids import new_id

type Address = Annotated[str, Field(max_length=2048)]
type Folder = Annotated[str, Field(max_length=4096)]
type Keys = Annotated[str, Field(max_length=64)]
type ActionName = Annotated[str, Field(max_length=64)]

PANIC_EVERYWHERE = "Ctrl+Shift+F12"


class _Choice(BaseModel):
    """Frozen, and lenient towards what a newer studio wrote."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class DestinationChoice(_Choice):
    """Another place a show is sent to; its stream key is in the keyring, under `id`."""

    id: Annotated[str, Field(max_length=64)] = Field(default_factory=new_id)
    name: Annotated[str, Field(min_length=1, max_length=100)] = "Destination"
    url: Address = ""
    backup_url: Address = ""
    is_on: bool = True


class RecordingChoice(_Choice):
    """How a show is recorded; an empty folder is the system's folder for videos."""

    folder: Folder = ""
    container: Literal["mkv", "mp4"] = "mkv"
    split: Literal["never", "time", "size"] = "never"
    split_minutes: Annotated[int, Field(ge=1, le=1440)] = 60
    split_mb: Annotated[int, Field(ge=10, le=1_000_000)] = 4000
    tracks: Annotated[int, Field(ge=1, le=6)] = 1
    is_automatic: bool = False
    """Every show is recorded from its first picture on."""


class ReplayChoice(_Choice):
    """The replay buffer: whether every show has one, and how far back it reaches."""

    is_automatic: bool = False
    seconds: Annotated[int, Field(ge=5, le=600)] = 30


class OutputChoices(_Choice):
    """Everything of the output settings that is not the picture's size and rate."""

    destinations: Annotated[tuple[DestinationChoice, ...], Field(max_length=14)] = ()
    recording: RecordingChoice = RecordingChoice()
    replay: ReplayChoice = ReplayChoice()
    rate_control: Literal["cbr", "vbr"] = "cbr"
    sound_kbps: Annotated[int, Field(ge=32, le=512)] = 160
    delay_s: Annotated[int, Field(ge=0, le=60)] = 0


class KeyChoices(_Choice):
    """Keys that differ from the first ones, by action; an empty text is no keys."""

    here: Annotated[dict[ActionName, Keys], Field(max_length=200)] = {}
    """In the studio's windows."""
    everywhere: Annotated[dict[ActionName, Keys], Field(max_length=64)] = {
        "panic": PANIC_EVERYWHERE
    }
    """Whichever program has the focus."""


class NoticeChoices(_Choice):
    """Which of the desktop's notices the creator wants, and when none."""

    tips_from: Annotated[int, Field(ge=1, le=1_000_000)] | None = 100
    """None is no notice of tips."""
    of_trouble: bool = True
    """A line that is lost, an output that fails."""
    of_safety: bool = True
    """Panic, and what moderators did."""
    quiet_from: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    quiet_until: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "08:00"
