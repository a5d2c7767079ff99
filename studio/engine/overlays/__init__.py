"""Every kind of overlay, in one tuple; a new one is a file here and an entry below."""

from studio.engine.overlays.base import Look, Moment, Overlay, OverlayKind
from studio.engine.overlays.board import ArrivedTip, Facts, OverlayBoard
from studio.project.overlays import (
    ActionTimerOverlay,
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

# Each overlay is imported when it is made: Qt is loaded only where something is painted.


def _goal_bar(settings: GoalBarOverlay) -> Overlay:
    from studio.engine.overlays.goal_bar import GoalBar

    return GoalBar(settings)


def _tip_alerts(settings: TipAlertsOverlay) -> Overlay:
    from studio.engine.overlays.tip_alerts import TipAlerts

    return TipAlerts(settings)


def _tip_menu(settings: TipMenuOverlay) -> Overlay:
    from studio.engine.overlays.tip_menu import TipMenu

    return TipMenu(settings)


def _leaderboard(settings: LeaderboardOverlay) -> Overlay:
    from studio.engine.overlays.leaderboard import Leaderboard

    return Leaderboard(settings)


def _mood_strip(settings: MoodStripOverlay) -> Overlay:
    from studio.engine.overlays.mood_strip import MoodStripDrawing

    return MoodStripDrawing(settings)


def _chat_box(settings: ChatBoxOverlay) -> Overlay:
    from studio.engine.overlays.chat_box import ChatBox

    return ChatBox(settings)


def _countdown(settings: CountdownOverlay) -> Overlay:
    from studio.engine.overlays.countdown import Countdown

    return Countdown(settings)


def _viewer_count(settings: ViewerCountOverlay) -> Overlay:
    from studio.engine.overlays.viewer_count import ViewerCount

    return ViewerCount(settings)


def _action_timer(settings: ActionTimerOverlay) -> Overlay:
    from studio.engine.overlays.action_timer import ActionTimer

    return ActionTimer(settings)


def _watermark(settings: WatermarkOverlay) -> Overlay:
    from studio.engine.overlays.watermark import Watermark

    return Watermark(settings)


OVERLAYS: tuple[OverlayKind, ...] = (
    OverlayKind("goal_bar", GoalBarOverlay, _goal_bar),
    OverlayKind("tip_alerts", TipAlertsOverlay, _tip_alerts, has_sound=True),
    OverlayKind("tip_menu", TipMenuOverlay, _tip_menu),
    OverlayKind("leaderboard", LeaderboardOverlay, _leaderboard),
    OverlayKind("mood_strip", MoodStripOverlay, _mood_strip),
    OverlayKind("chat_box", ChatBoxOverlay, _chat_box),
    OverlayKind("countdown", CountdownOverlay, _countdown),
    OverlayKind("viewer_count", ViewerCountOverlay, _viewer_count),
    OverlayKind("action_timer", ActionTimerOverlay, _action_timer),
    OverlayKind("watermark", WatermarkOverlay, _watermark),
)

__all__ = [
    "OVERLAYS",
    "ArrivedTip",
    "Facts",
    "Look",
    "Moment",
    "Overlay",
    "OverlayBoard",
    "OverlayKind",
]
