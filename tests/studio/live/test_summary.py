"""A broadcast in figures: each tip counts once, however often the room tells it again."""

from datetime import UTC, datetime, timedelta

from shared.schemas.accounts import UserRef
from shared.schemas.roles import Role
from shared.schemas.show import Goal
from shared.schemas.wallet import Tip
from studio.live import ShowState, Tally

_BEGAN = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


def id_of(number: int) -> str:
    return f"0192d3b4-5c6d-7e8f-9a0b-{number:012d}"


def tip(number: int, tokens: int, sender: int = 1) -> Tip:
    who = UserRef(id=id_of(900 + sender), display_name=f"Fan {sender}", role=Role.MEMBER)
    return Tip(id=id_of(number), stream_id=id_of(0), sender=who, tokens=tokens, at=_BEGAN)


def test_tips_that_fell_out_of_the_show_still_count() -> None:
    show, tally = ShowState(tips_limit=2), Tally()
    for number in range(1, 6):
        show.tips.append(tip(number, 10, sender=number % 2))
        tally.take(show)
        tally.take(show)
    show.peak_viewers = 7
    goal = Goal(
        id=id_of(70), stream_id=id_of(0), title="A song", target_tokens=50, raised_tokens=50
    )
    show._goals = {goal.id: goal}
    found = tally.summary(show, title="Talk", began=_BEGAN, ended=_BEGAN + timedelta(minutes=90))
    assert (found.tips, found.tokens, found.duration_s) == (5, 50, 5400)
    assert (found.best_supporter, found.best_tokens) == ("Fan 1", 30)
    assert (found.goals, found.goals_reached, found.peak_viewers) == (1, 1, 7)


def test_a_quiet_show_has_figures_too() -> None:
    found = Tally().summary(ShowState(), title="", began=_BEGAN, ended=_BEGAN)
    assert (found.tips, found.tokens, found.best_supporter) == (0, 0, "")
