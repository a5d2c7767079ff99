"""What can be added to a picture, and what its sources are, as docks show them. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from shared.qt.translations import tr


class SourceKind(StrEnum):
    """What can be added here; the values are those of the scene document."""

    SCREEN = "screen"
    WINDOW = "window"
    CAMERA = "camera"
    FILE = "file"
    IMAGE = "image"
    TEXT = "text"
    SLIDESHOW = "slideshow"
    COLOUR = "colour"
    GRADIENT = "gradient"
    PATTERN = "pattern"
    MICROPHONE = "microphone"
    DESKTOP_SOUND = "desktop_audio"
    GOAL_BAR = "goal_bar"
    TIP_ALERTS = "tip_alerts"
    TIP_MENU = "tip_menu"
    LEADERBOARD = "leaderboard"
    MOOD_STRIP = "mood_strip"
    CHAT_BOX = "chat_box"
    COUNTDOWN = "countdown"
    VIEWER_COUNT = "viewer_count"
    ACTION_TIMER = "action_timer"
    WATERMARK = "watermark"


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """What the person wants to add; `value` is a device, a path or the words of a text."""

    kind: SourceKind
    value: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One source as its chip shows it; a sound has no item and no place."""

    source_id: str
    name: str
    kind: str
    item_id: str | None = None
    is_on: bool = True
    problem: str = ""
    is_busy: bool = False

    @property
    def is_group(self) -> bool:
        """It has children that can be edited."""
        return self.kind == "group" and self.item_id is not None


@dataclass(frozen=True, slots=True)
class DeviceChoices:
    """What this computer can capture, by id and name; `notes` say what cannot be listed and why."""

    cameras: tuple[tuple[str, str], ...] = ()
    microphones: tuple[tuple[str, str], ...] = ()
    screens: tuple[tuple[str, str], ...] = ()
    windows: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    is_searched: bool = True
    """False while nobody has looked yet, which is no reason to say that there is nothing."""


_ICONS = {
    SourceKind.SCREEN: "screen",
    SourceKind.CAMERA: "camera",
    SourceKind.FILE: "file",
    SourceKind.IMAGE: "image",
    SourceKind.TEXT: "text",
    SourceKind.SLIDESHOW: "image",
    SourceKind.COLOUR: "pattern",
    SourceKind.GRADIENT: "pattern",
    SourceKind.PATTERN: "pattern",
    SourceKind.MICROPHONE: "microphone",
    SourceKind.WINDOW: "screen",
    SourceKind.DESKTOP_SOUND: "sound",
    SourceKind.GOAL_BAR: "goal",
    SourceKind.TIP_ALERTS: "gift",
    SourceKind.TIP_MENU: "log",
    SourceKind.LEADERBOARD: "chart",
    SourceKind.MOOD_STRIP: "pattern",
    SourceKind.CHAT_BOX: "chat",
    SourceKind.COUNTDOWN: "refresh",
    SourceKind.VIEWER_COUNT: "people",
    SourceKind.ACTION_TIMER: "live",
    SourceKind.WATERMARK: "shield",
}
OVERLAY_KINDS = tuple(SourceKind)[tuple(SourceKind).index(SourceKind.GOAL_BAR) :]
"""What of the room can be drawn onto the picture, in the order of the menu."""


def overlay_name(kind: SourceKind) -> str:
    """An overlay in the person's language.

    Raises: KeyError for a source that is no overlay.
    """
    return {
        SourceKind.GOAL_BAR: tr("Goal bar"),
        SourceKind.TIP_ALERTS: tr("Tip alerts"),
        SourceKind.TIP_MENU: tr("Tip menu"),
        SourceKind.LEADERBOARD: tr("Leaderboard"),
        SourceKind.MOOD_STRIP: tr("Mood strip"),
        SourceKind.CHAT_BOX: tr("Chat box"),
        SourceKind.COUNTDOWN: tr("Countdown"),
        SourceKind.VIEWER_COUNT: tr("Viewer count"),
        SourceKind.ACTION_TIMER: tr("Action with timer"),
        SourceKind.WATERMARK: tr("Watermark"),
    }[kind]


def icon_name(kind: str) -> str:
    """The icon of a kind of source, a scene or group included."""
    try:
        return _ICONS[SourceKind(kind)]
    except ValueError:
        return "docks" if kind in ("scene", "group") else "sound"
