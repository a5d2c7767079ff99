"""What an overlay is at first: its words in the creator's language, its size and its place."""

from collections.abc import Callable

from shared.qt.charts import mood_name
from shared.qt.translations import tr
from shared.schemas.moods import Mood
from studio.docks.sources import OVERLAY_KINDS, SourceKind
from studio.project.model import Canvas, SceneItem
from studio.project.overlays import (
    ActionTimerOverlay,
    AlertRule,
    AnyOverlay,
    ChatBoxOverlay,
    CountdownOverlay,
    GoalBarOverlay,
    LeaderboardOverlay,
    MoodStripOverlay,
    TipAlertsOverlay,
    TipMenuOverlay,
    ViewerCountOverlay,
    WatermarkOverlay,
)

_DESIGNED_FOR = 720
_MARGIN = 28
# Where each stands on a canvas of 1280 x 720, from 0 (left, top) to 1 (right, bottom), and how
# large: all of them together leave the middle of the picture free and each other alone.
_PLACES = {
    SourceKind.GOAL_BAR: (0.5, 1.0, 0.8),
    SourceKind.TIP_ALERTS: (0.5, 0.1, 0.8),
    SourceKind.TIP_MENU: (0.0, 0.18, 0.62),
    SourceKind.LEADERBOARD: (0.0, 1.0, 0.62),
    SourceKind.MOOD_STRIP: (0.5, 0.0, 0.66),
    SourceKind.CHAT_BOX: (1.0, 0.9, 0.68),
    SourceKind.COUNTDOWN: (0.5, 0.5, 1.0),
    SourceKind.VIEWER_COUNT: (0.0, 0.0, 0.75),
    SourceKind.ACTION_TIMER: (1.0, 0.0, 0.66),
    SourceKind.WATERMARK: (1.0, 1.0, 0.75),
}


def overlay_settings(kind: SourceKind) -> AnyOverlay:
    """The first settings of an overlay.

    Raises: KeyError for a source that is no overlay.
    """
    made: dict[SourceKind, Callable[[], AnyOverlay]] = {
        SourceKind.GOAL_BAR: lambda: GoalBarOverlay(reached_text=tr("Goal reached!")),
        SourceKind.TIP_ALERTS: lambda: TipAlertsOverlay(rules=_rules()),
        SourceKind.TIP_MENU: lambda: TipMenuOverlay(title=tr("Tip menu")),
        SourceKind.LEADERBOARD: lambda: LeaderboardOverlay(title=tr("Top supporters")),
        SourceKind.MOOD_STRIP: lambda: MoodStripOverlay.model_validate(
            {mood.value: mood_name(mood) for mood in Mood}
        ),
        SourceKind.CHAT_BOX: ChatBoxOverlay,
        SourceKind.COUNTDOWN: lambda: CountdownOverlay(
            title=tr("Starting in"), done_text=tr("Here we go")
        ),
        SourceKind.VIEWER_COUNT: lambda: ViewerCountOverlay(label=tr("watching")),
        SourceKind.ACTION_TIMER: lambda: ActionTimerOverlay(title=tr("Now"), next_text=tr("Next")),
        SourceKind.WATERMARK: WatermarkOverlay,
    }
    return made[kind]()


def overlay_item(source_id: str, settings: AnyOverlay, canvas: Canvas) -> SceneItem:
    """An overlay at its usual place, as large as the canvas asks."""
    across, down, size = _PLACES[SourceKind(settings.kind)]
    margin = round(_MARGIN * canvas.height / _DESIGNED_FOR)
    scale = size * canvas.height / _DESIGNED_FOR
    free_x = canvas.width - 2 * margin - round(settings.width * scale)
    free_y = canvas.height - 2 * margin - round(settings.height * scale)
    return SceneItem(
        source_id=source_id,
        x=margin + round(free_x * across),
        y=margin + round(free_y * down),
        scale=scale,
    )


def is_overlay(kind: SourceKind) -> bool:
    """Whether it shows something of the room."""
    return kind in OVERLAY_KINDS


def _rules() -> tuple[AlertRule, ...]:
    """The usual rules, in the creator's language."""
    one = tr("{name} tipped {tokens}", name="{name}", tokens="{tokens}")
    many = tr(
        "{name} and {others} more tipped {tokens}",
        name="{name}",
        others="{others}",
        tokens="{tokens}",
    )
    words = {"template": one, "template_many": many}
    return tuple(
        rule.model_copy(update=words) for rule in TipAlertsOverlay.model_fields["rules"].default
    )
