"""The dashboard's words: a creator whose earnings are on hold sees that first."""

from datetime import UTC, datetime

import pytest

from shared.qt.translations import install_language
from shared.schemas.wallet import Balance
from studio.desk.dashboard_desk import held_words


@pytest.fixture(autouse=True)
def english() -> object:
    install_language("en")
    yield
    install_language("en")


def test_free_earnings_need_no_words() -> None:
    assert held_words(Balance(tokens=5, earned_tokens=80, available_tokens=80)) == ()


def test_held_earnings_are_told_with_their_end_where_there_is_one() -> None:
    held = Balance(tokens=5, earned_tokens=1250, held_tokens=1250, is_held=True)
    (said,) = held_words(held)
    assert said == "1,250 tokens you earned are on hold until a question about them is settled."
    until = datetime(2026, 12, 1, 12, tzinfo=UTC)
    (said,) = held_words(held.model_copy(update={"held_until": until}))
    assert said == "1,250 tokens you earned are on hold until 2026-12-01."
    install_language("nl")
    assert held_words(held)[0].startswith("1.250 verdiende tokens staan vast")
