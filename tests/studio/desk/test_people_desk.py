"""What a person's card knows: their words and tips in the order of their time, and restrictions."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.qt.theme import Theme
from shared.schemas.accounts import UserRef
from shared.schemas.roles import Role
from shared.schemas.room import ChatMessage, Restriction, RestrictionKind
from shared.schemas.wallet import Tip
from studio.desk.people_desk import person_state
from studio.live import ShowState

_AT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


def id_of(number: int) -> str:
    return f"0192d3b4-5c6d-7e8f-9a0b-{number:012d}"


def user(number: int, name: str) -> UserRef:
    return UserRef(id=id_of(number), display_name=name, role=Role.MEMBER)


def a_show() -> ShowState:
    show, noor, piet = ShowState(), user(1, "Noor"), user(2, "Piet")
    for number, who, text in ((10, noor, "first"), (11, piet, "other"), (12, noor, "last")):
        show.chat.add(
            ChatMessage(
                id=id_of(number),
                stream_id=id_of(0),
                author=who,
                text=text,
                at=_AT + timedelta(seconds=number),
            )
        )
    tip = Tip(
        id=id_of(20), stream_id=id_of(0), sender=noor, tokens=50, at=_AT + timedelta(seconds=11)
    )
    show.tips.append(tip)
    return show


def test_words_and_tips_stand_in_their_order(theme: Theme) -> None:
    card = person_state(a_show(), id_of(1), "Noor", own_id=id_of(9))
    assert [row.id for row in card.rows] == [id_of(10), id_of(20), id_of(12)]
    assert (card.tokens, card.tips, card.messages) == ("50", "1", "2")
    assert card.role
    assert card.can_discipline


@pytest.mark.parametrize(
    ("kind", "said"),
    [(RestrictionKind.MUTE, "May not write"), (RestrictionKind.BAN, "Removed")],
)
def test_a_restriction_is_told(theme: Theme, kind: RestrictionKind, said: str) -> None:
    show = a_show()
    order = Restriction(
        id=id_of(30),
        kind=kind,
        user=user(1, "Noor"),
        stream_id=id_of(0),
        reason="",
        at=_AT,
        until=None,
    )
    show._restrictions = {order.id: order}
    assert said in person_state(show, id_of(1), "Noor", own_id="").restriction
    assert person_state(show, id_of(2), "Piet", own_id="").restriction == ""


def test_a_stranger_has_an_empty_card_and_oneself_no_buttons(theme: Theme) -> None:
    card = person_state(a_show(), id_of(7), "Nobody", own_id=id_of(7))
    assert card.rows == ()
    assert not card.can_discipline
