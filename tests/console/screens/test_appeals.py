"""Appeals: shown beside what was decided, answered by another person, in two steps."""

import pytest
from fakes.cases import ME, OTHER, START
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.screens import AppealsScreen
from console.screens.appeals import Judgement
from console.state.appeals import AppealsState
from shared.ids import new_id
from shared.qt.theme import Theme
from shared.schemas.accounts import UserRef
from shared.schemas.appeals import Appeal, AppealState
from shared.schemas.moderation import Action, ActionKind, SubjectType
from shared.schemas.realtime import EventType, RoomEvent
from shared.schemas.roles import Role

ANSWER = "A warning would have done."


def an_appeal(decider: UserRef = OTHER, state: AppealState = AppealState.OPEN) -> Appeal:
    return Appeal(
        id=new_id(),
        decision_id=new_id(),
        case_id=new_id(),
        subject_type=SubjectType.MESSAGE,
        subject_id=new_id(),
        subject_label="fools, the lot of them",
        appellant=UserRef(id=new_id(), display_name="Tom", role=Role.MEMBER),
        text="I was quoting a song.",
        state=state,
        at=START,
        policy="conduct.harassment",
        decision_statement="The message insults everybody.",
        actions=[
            Action(
                id=new_id(),
                kind=ActionKind.MUTE,
                target_type=SubjectType.USER,
                target_id=new_id(),
            )
        ],
        decider=decider,
    )


@pytest.fixture
def screen(qtbot: QtBot) -> AppealsScreen:
    made = AppealsScreen(Theme())
    qtbot.addWidget(made)
    made.resize(1104, 600)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.focus_first()
    return made


def answers(screen: AppealsScreen) -> list[Judgement]:
    given: list[Judgement] = []
    screen.judged.connect(given.append)
    return given


def test_it_is_shown_with_what_was_decided(screen: AppealsScreen) -> None:
    screen.set_me(ME.id)
    screen.show_items([an_appeal()])
    assert "Muted. Decided by Olga." in screen._decision.text()
    assert "I was quoting a song." in screen._appeal.text()


def test_an_answer_takes_words_and_two_steps(screen: AppealsScreen, qtbot: QtBot) -> None:
    appeal = an_appeal()
    screen.set_me(ME.id)
    screen.show_items([appeal])
    given = answers(screen)
    qtbot.keyClick(screen.list.view, Qt.Key.Key_O)
    assert screen.note.startswith("Write your answer first")
    screen._words.setPlainText(ANSWER)
    qtbot.keyClick(screen.list.view, Qt.Key.Key_O)
    assert screen.note.startswith("All that the decision did is taken back.")
    qtbot.keyClick(screen, Qt.Key.Key_Escape)
    qtbot.keyClick(screen, Qt.Key.Key_Return)
    assert given == []
    qtbot.keyClick(screen, Qt.Key.Key_H)
    qtbot.keyClick(screen, Qt.Key.Key_Return)
    (judgement,) = given
    assert judgement.appeal_id == appeal.id
    assert judgement.request.outcome is AppealState.UPHELD
    assert judgement.request.statement == ANSWER


def test_ones_own_decision_is_for_somebody_else(screen: AppealsScreen, qtbot: QtBot) -> None:
    screen.set_me(ME.id)
    screen.show_items([an_appeal(ME)])
    given = answers(screen)
    screen._words.setPlainText(ANSWER)
    qtbot.keyClick(screen.list.view, Qt.Key.Key_O)
    qtbot.keyClick(screen, Qt.Key.Key_Return)
    assert given == []
    assert "somebody else" in screen.note


def test_nothing_waiting_is_said(screen: AppealsScreen) -> None:
    screen.set_me(ME.id)
    screen.show_items([])
    assert screen.list.said == "No appeal waits"
    screen.show_problem("The appeals cannot be loaded", "The server is away.")
    assert screen.list.said == "The appeals cannot be loaded"


def test_news_brings_appeals_and_takes_them_away() -> None:
    state = AppealsState()
    first = an_appeal()
    state.load([first, an_appeal(state=AppealState.UPHELD)])
    assert state.appeals == (first,)
    second = an_appeal()

    def told(appeal: Appeal) -> RoomEvent:
        data = appeal.model_dump(mode="json")
        return RoomEvent(seq=1, type=EventType.APPEAL_UPDATED, at=START, data=data)

    assert state.apply(told(second))
    assert not state.apply(told(second))
    assert {appeal.id for appeal in state.appeals} == {first.id, second.id}
    assert state.apply(told(first.model_copy(update={"state": AppealState.OVERTURNED})))
    assert state.appeals == (second,)
    assert not state.apply(RoomEvent(seq=2, type=EventType.APPEAL_UPDATED, at=START, data={}))
