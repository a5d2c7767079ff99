"""Alerts keep up with any number of tips, and no token goes unannounced."""

from hypothesis import given
from hypothesis import strategies as st

from studio.engine.overlays.alert_queue import Alert, AlertQueue
from studio.engine.protocol.overlays import TipFact
from studio.project.overlays import DEFAULT_RULES, AlertRule


def _tip(number: int, tokens: int = 10) -> TipFact:
    return TipFact(id=str(number), name=f"Fan {number}", tokens=tokens)


def _drain(queue: AlertQueue, now_s: float) -> tuple[list[Alert], float]:
    """Show what waits, as fast as it goes; returns it and when the last one was over."""
    shown: list[Alert] = []
    while (due_s := queue.free_s(now_s)) is not None:
        now_s = max(now_s, due_s)
        alert = queue.current(now_s)
        if alert is not None and (not shown or alert is not shown[-1]):
            shown.append(alert)
            now_s = alert.end_s
    return shown, now_s


def test_a_minute_of_twenty_tips_a_second_keeps_up() -> None:
    queue = AlertQueue(DEFAULT_RULES)
    shown: list[Alert] = []
    waits = 0
    for number in range(1200):
        now_s = number / 20
        queue.add(_tip(number, tokens=(5, 50, 150, 900)[number % 4]))
        alert = queue.current(now_s)
        if alert is not None and (not shown or alert is not shown[-1]):
            shown.append(alert)
        waits = max(waits, queue.waiting)
    rest, end_s = _drain(queue, 60.0)
    if shown and rest and shown[-1] is rest[0]:
        rest = rest[1:]
    assert waits <= 6
    assert end_s - 60.0 < 25.0
    assert sum(alert.tokens for alert in (*shown, *rest)) == 1200 // 4 * (5 + 50 + 150 + 900)
    assert sum(alert.others + 1 for alert in (*shown, *rest)) == 1200


def test_a_lone_tip_has_its_full_time_and_its_rule() -> None:
    queue = AlertQueue(DEFAULT_RULES)
    queue.add(_tip(1, tokens=700))
    alert = queue.current(10.0)
    assert alert is not None
    assert (alert.rule, alert.others) == (DEFAULT_RULES[2], 0)
    assert alert.end_s - alert.start_s == DEFAULT_RULES[2].duration_s
    assert queue.current(alert.end_s + 1.0) is None
    assert queue.free_s(alert.end_s + 1.0) is None


def test_tips_that_come_together_are_announced_together_under_the_largest_name() -> None:
    queue = AlertQueue((AlertRule(duration_s=4.0),))
    for number, tokens in enumerate((1, 2, 3, 4, 90, 5)):
        queue.add(_tip(number, tokens))
    shown, _ = _drain(queue, 0.0)
    assert [alert.tokens for alert in shown] == [1, 2, 3 + 4 + 90 + 5]
    assert (shown[-1].name, shown[-1].others) == ("Fan 4", 3)


def test_a_tip_for_a_line_of_the_menu_says_which_unless_it_has_words_of_its_own() -> None:
    queue = AlertQueue((AlertRule(duration_s=2.0),))
    queue.add(TipFact(id="1", name="Mila", tokens=5, item="Song request"))
    queue.add(TipFact(id="2", name="Noor", tokens=5, item="Song request", text="Play the old one"))
    assert [one.text for one in _drain(queue, 0.0)[0]] == ["Song request", "Play the old one"]


def test_a_tip_that_no_rule_covers_is_not_announced() -> None:
    queue = AlertQueue((AlertRule(from_tokens=100),))
    queue.add(_tip(1, tokens=99))
    assert queue.current(0.0) is None


@given(
    st.lists(
        st.tuples(st.floats(0, 2), st.integers(1, 2000)),
        max_size=80,
    )
)
def test_whatever_comes_the_tokens_shown_are_the_tokens_tipped(
    tips: list[tuple[float, int]],
) -> None:
    queue = AlertQueue(DEFAULT_RULES)
    now_s, shown = 0.0, {}
    for number, (wait_s, tokens) in enumerate(tips):
        now_s += wait_s
        queue.add(_tip(number, tokens))
        alert = queue.current(now_s)
        if alert is not None:
            shown[alert.number] = alert
        assert queue.waiting <= 3 + len(DEFAULT_RULES)
    for alert in _drain(queue, now_s)[0]:
        shown[alert.number] = alert
    assert sum(alert.tokens for alert in shown.values()) == sum(tokens for _, tokens in tips)
    ends = [0.0, *(alert.end_s for alert in shown.values())]
    starts = [alert.start_s for alert in shown.values()]
    assert all(start >= end for start, end in zip(starts, ends, strict=False))
