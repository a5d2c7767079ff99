"""The hub: four figures in words, the mood's chart, and how old what is shown is."""

from datetime import timedelta

import pytest
from fakes.console_views import NOW
from pytestqt.qtbot import QtBot

from console.screens import HubScreen
from shared.qt.theme import Theme
from shared.schemas.admin import Hub, HubReports, HubRevenue, HubStreams, HubUsers
from shared.schemas.moods import Mood


@pytest.fixture
def hub(qtbot: QtBot) -> HubScreen:
    screen = HubScreen(Theme())
    qtbot.addWidget(screen)
    return screen


def figures(*, mood: dict[Mood, float] | None = None, decided: bool = True) -> Hub:
    reports = HubReports(pending=4, average_action_s=185, p50_action_s=120, p90_action_s=600)
    return Hub(
        at=NOW,
        users=HubUsers(total=12_450, week_change_percent=3.25),
        streams=HubStreams(active=7, viewers=1),
        revenue=HubRevenue(tokens_24h=48_200, target_tokens=60_000, fee_tokens_24h=9640),
        reports=reports if decided else HubReports(pending=0),
        mood=mood or {},
    )


def test_the_four_figures_and_what_they_mean(hub: HubScreen) -> None:
    hub.show_hub(figures())
    shown = [(f.value, f.detail) for f in (hub.users, hub.streams, hub.revenue, hub.reports)]
    assert shown == [
        ("12,450", "+3.2 % this week"),
        ("7", "1 viewer"),
        ("48,200", "80 % of 60,000, fee 9,640"),
        (
            "4",
            "Decided in 3 min on average, half within 2 min, nine in ten within 10 min",
        ),
    ]


def test_without_decisions_no_time_is_made_up(hub: HubScreen) -> None:
    hub.show_hub(figures(decided=False))
    assert hub.reports.value == "0"
    assert hub.reports.detail == "Nothing was decided in the last 7 days."


def test_the_chart_gives_way_to_words_while_no_room_has_a_mood(
    hub: HubScreen, qtbot: QtBot
) -> None:
    hub.show_hub(figures())
    hub.show()
    qtbot.waitExposed(hub)
    assert hub.mood_told == ""
    assert not hub._quiet.isHidden()
    hub.show_hub(figures(mood={Mood.CHILL: 0.75, Mood.WILD: 0.25}))
    assert hub._quiet.isHidden()
    assert hub.mood_told == "Chill 75 %, Wild 25 %"


def test_nothing_is_plotted_while_nobody_looks(hub: HubScreen, qtbot: QtBot) -> None:
    hub.show_hub(figures(mood={Mood.CHILL: 1.0}))
    assert hub._plot is None
    hub.show()
    qtbot.waitExposed(hub)
    assert hub.mood_told == "Chill 100 %"


def test_the_age_of_the_figures_is_told_and_stale_ones_stand_out(hub: HubScreen) -> None:
    hub.tick(NOW)
    assert hub._stamp.text() == "Waiting for the first figures."
    hub.show_hub(figures())
    hub.tick(NOW + timedelta(seconds=5))
    assert hub._stamp.text() == "Figures of 5 s ago"
    assert hub._stamp.property("role") == "muted"
    hub.tick(NOW + timedelta(minutes=3))
    assert hub._stamp.property("role") == "warning"
