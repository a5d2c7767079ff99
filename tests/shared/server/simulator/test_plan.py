"""The plan of a simulated evening: ordered, complete, repeatable, and tasteful."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from shared.server.ai.guardrails import check_output
from shared.server.simulator.plan import Chat, GiveTip, Rates, acts
from shared.server.simulator.texts import message, tip_words

rates = st.builds(
    Rates,
    viewers=st.integers(1, 200),
    messages_per_s=st.floats(0, 20),
    tips_per_min=st.floats(0, 60),
    duration_s=st.floats(0, 20),
)


@given(rates, st.integers())
def test_acts_come_in_order_as_many_as_asked_and_within_the_time(plan: Rates, seed: int) -> None:
    planned = list(acts(plan, seed))
    times = [act.at_s for act in planned]
    assert times == sorted(times)
    assert all(0.0 <= at <= plan.duration_s for at in times)
    assert all(0 <= act.viewer < plan.viewers for act in planned)
    chats = sum(isinstance(act, Chat) for act in planned)
    tips = sum(isinstance(act, GiveTip) for act in planned)
    assert chats == round(plan.messages_per_s * plan.duration_s)
    assert tips == round(plan.tips_per_min / 60 * plan.duration_s)


def test_the_same_seed_gives_the_same_evening() -> None:
    plan = Rates(viewers=9, messages_per_s=5, tips_per_min=30, duration_s=10)
    assert list(acts(plan, 4)) == list(acts(plan, 4))
    assert list(acts(plan, 4)) != list(acts(plan, 5))


def test_everything_said_is_varied_and_passes_the_guardrails() -> None:
    rng = Random(1)
    said = {message(rng) for _ in range(2000)}
    assert len(said) > 200
    assert all(check_output(text).allowed for text in said)
    assert all(1 <= len(text) <= 500 for text in said)
    assert all(check_output(tip_words(rng)).allowed for _ in range(100))
