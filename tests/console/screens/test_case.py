"""Deciding a case by keyboard, from plain state: what is shown, asked for and never done twice."""

from dataclasses import replace

import pytest
from fakes.console_views import NOW, POLICIES, detail, person
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.actions import (
    ClaimCase,
    Decide,
    EscalateCase,
    Intent,
    ReleaseCase,
    Situation,
    ToggleAction,
    UndoDecision,
)
from console.docks.sentences import preview, proposed_statement
from console.screens import CaseScreen
from console.state import CaseView, Draft, LeaseState
from shared.errors import AppError
from shared.ids import new_id
from shared.qt.theme import Theme
from shared.schemas.common import ErrorCode
from shared.schemas.moderation import (
    Action,
    ActionEnd,
    ActionKind,
    ActionRequest,
    CaseState,
    Decision,
    SubjectType,
)
from shared.schemas.roles import Role

ME = person("Mo", Role.MOD)
ANA = person("Ana", Role.MOD)
MUTE = ActionRequest(kind=ActionKind.MUTE, duration_s=3600)
DELETE = ActionRequest(kind=ActionKind.DELETE_MESSAGE)
LEASE = LeaseState(token=1, ends_ns=0, length_s=300.0)


class Desk:
    """Answers the screen as the real desk does, and remembers what was wanted."""

    def __init__(self, screen: CaseScreen, view: CaseView) -> None:
        self.screen = screen
        self.wanted: list[Intent] = []
        screen.intent_made.connect(self._on_intent)
        screen.draft_written.connect(self._on_draft)
        self.show(view)

    def show(self, view: CaseView) -> None:
        self.view = view
        self.screen.show_situation(Situation(view=view, me=ME.id))

    def _on_intent(self, intent: Intent) -> None:
        self.wanted.append(intent)
        if isinstance(intent, ToggleAction):
            draft = self.view.draft.toggled(intent.action)
            self.show(replace(self.view, draft=draft))

    def _on_draft(self, draft: Draft) -> None:
        self.show(replace(self.view, draft=draft))


@pytest.fixture
def screen(qtbot: QtBot) -> CaseScreen:
    made = CaseScreen(Theme())
    qtbot.addWidget(made)
    made.resize(1104, 640)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.focus_first()
    return made


def mine(**values: object) -> CaseView:
    held = detail(state=CaseState.CLAIMED, claimed_by=ME, lease_until=NOW)
    return replace(CaseView(case=held, lease=LEASE, policies=POLICIES), **values)  # type: ignore[arg-type]


def drafted(view: CaseView) -> CaseView:
    assert view.case is not None
    draft = Draft((DELETE, MUTE), "conduct.harassment")
    statement = proposed_statement(draft, view.case, POLICIES)
    return replace(view, draft=draft.with_statement(statement))


def test_a_free_case_is_claimed_by_key(screen: CaseScreen, qtbot: QtBot) -> None:
    desk = Desk(screen, CaseView(case=detail(), policies=POLICIES))
    assert screen.decision.claim.words == "Nobody has this case."
    qtbot.keyClick(screen, Qt.Key.Key_1)
    assert desk.wanted == [], "nothing may be drafted on a case that is not held"
    qtbot.keyClick(screen, Qt.Key.Key_C)
    assert desk.view.case is not None
    assert desk.wanted == [ClaimCase(desk.view.case.id)]


def test_numbers_and_letters_toggle_the_same_actions(screen: CaseScreen, qtbot: QtBot) -> None:
    desk = Desk(screen, mine())
    for key in (Qt.Key.Key_1, Qt.Key.Key_2):
        qtbot.keyClick(screen, key)
    assert desk.view.draft.actions == (DELETE, MUTE)
    qtbot.keyClick(screen, Qt.Key.Key_M)
    assert desk.view.draft.actions == (DELETE,)
    qtbot.keyClick(screen, Qt.Key.Key_5)
    assert desk.view.draft.has(ActionKind.NO_VIOLATION)
    assert not desk.view.draft.has(ActionKind.DELETE_MESSAGE)


def test_deciding_takes_two_presses_of_enter(screen: CaseScreen, qtbot: QtBot) -> None:
    desk = Desk(screen, drafted(mine()))
    qtbot.keyClick(screen, Qt.Key.Key_Return)
    assert desk.wanted == []
    assert screen.decision.is_confirming
    assert "Sam cannot write in this room for 1 hour." in screen.decision.preview_text
    assert "Enter carries it out" in screen.decision.preview_text
    qtbot.keyClick(screen, Qt.Key.Key_Return)
    assert desk.wanted == [Decide()]
    assert not screen.decision.is_confirming


def test_escape_takes_the_confirmation_back_and_then_leaves(
    screen: CaseScreen, qtbot: QtBot
) -> None:
    desk = Desk(screen, drafted(mine()))
    left: list[bool] = []
    screen.back_asked.connect(lambda: left.append(True))
    qtbot.keyClick(screen, Qt.Key.Key_Return)
    qtbot.keyClick(screen, Qt.Key.Key_Escape)
    assert not screen.decision.is_confirming
    assert left == []
    qtbot.keyClick(screen, Qt.Key.Key_Escape)
    assert left == [True]
    assert desk.wanted == []


def test_a_changed_draft_takes_the_confirmation_back(screen: CaseScreen, qtbot: QtBot) -> None:
    desk = Desk(screen, drafted(mine()))
    qtbot.keyClick(screen, Qt.Key.Key_Return)
    desk.show(replace(desk.view, draft=desk.view.draft.with_policy("none")))
    assert not screen.decision.is_confirming


def test_a_lost_lease_takes_the_confirmation_back(screen: CaseScreen, qtbot: QtBot) -> None:
    desk = Desk(screen, drafted(mine()))
    qtbot.keyClick(screen, Qt.Key.Key_Return)
    lost = AppError("Your claim ran out.", code=ErrorCode.LEASE_LOST)
    desk.show(replace(desk.view, lease=None, error=lost))
    qtbot.keyClick(screen, Qt.Key.Key_Return)
    assert desk.wanted == []


def test_what_is_missing_is_said_in_place_of_deciding(screen: CaseScreen, qtbot: QtBot) -> None:
    desk = Desk(screen, mine())
    said = []
    for draft in (
        Draft(),
        Draft((MUTE,)),
        Draft((MUTE,), "conduct.harassment", "short"),
    ):
        desk.show(replace(desk.view, draft=draft))
        qtbot.keyClick(screen, Qt.Key.Key_Return)
        said.append(screen.decision.preview_text)
    assert said == [
        "Choose at least one action, or no violation.",
        "Choose the policy that the decision rests on (P).",
        "Write the statement of reasons (W), ten letters or more.",
    ]
    assert desk.wanted == []


def test_words_typed_into_the_statement_are_words_and_ctrl_enter_decides(
    screen: CaseScreen, qtbot: QtBot
) -> None:
    desk = Desk(screen, drafted(mine()))
    qtbot.keyClick(screen, Qt.Key.Key_W)
    field = screen.focusWidget()
    assert field is not None
    qtbot.keyClicks(field, "12 bad words")
    assert desk.view.draft.statement == "12 bad words"
    assert desk.view.draft.actions == (DELETE, MUTE)
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert screen.decision.is_confirming


def test_escalating_asks_first_and_releasing_does_not(screen: CaseScreen, qtbot: QtBot) -> None:
    desk = Desk(screen, mine())
    qtbot.keyClick(screen, Qt.Key.Key_E)
    assert desk.wanted == []
    assert "goes to an admin" in screen.decision.preview_text
    qtbot.keyClick(screen, Qt.Key.Key_Return)
    qtbot.keyClick(screen, Qt.Key.Key_R)
    assert desk.wanted == [EscalateCase(), ReleaseCase()]


def test_a_held_case_is_not_left_by_walking_on(screen: CaseScreen, qtbot: QtBot) -> None:
    desk = Desk(screen, mine())
    steps: list[str] = []
    screen.step_asked.connect(steps.append)
    qtbot.keyClick(screen, Qt.Key.Key_J)
    assert steps == []
    desk.show(CaseView(case=detail(), policies=POLICIES))
    qtbot.keyClick(screen, Qt.Key.Key_J)
    qtbot.keyClick(screen, Qt.Key.Key_K)
    assert steps == ["next", "previous"]


def test_the_lease_counts_down_and_asks_to_be_kept_in_its_last_minute(
    screen: CaseScreen, qtbot: QtBot
) -> None:
    desk = Desk(screen, mine())
    screen.show_remaining(272.4)
    assert screen.decision.claim.words == "Yours for 4:32"
    qtbot.keyClick(screen, Qt.Key.Key_C)
    assert desk.wanted == []
    screen.show_remaining(42.9)
    assert screen.decision.claim.words == "Your claim ends in 0:42."
    qtbot.keyClick(screen, Qt.Key.Key_C)
    assert desk.view.case is not None
    assert desk.wanted == [ClaimCase(desk.view.case.id)]


def test_a_case_of_somebody_else_names_them_and_offers_nothing(
    screen: CaseScreen, qtbot: QtBot
) -> None:
    theirs = detail(state=CaseState.CLAIMED, claimed_by=ANA, lease_until=NOW)
    desk = Desk(screen, CaseView(case=theirs, policies=POLICIES))
    assert screen.decision.claim.words.startswith("Ana has it until ")
    for key in (Qt.Key.Key_C, Qt.Key.Key_1, Qt.Key.Key_Return, Qt.Key.Key_R, Qt.Key.Key_E):
        qtbot.keyClick(screen, key)
    assert desk.wanted == []


def test_a_lost_claim_keeps_the_draft_and_can_be_taken_again(
    screen: CaseScreen, qtbot: QtBot
) -> None:
    view = drafted(mine())
    assert view.case is not None
    free = view.case.model_copy(
        update={"state": CaseState.OPEN, "claimed_by": None, "lease_until": None}
    )
    lost = AppError("Your claim ran out.", code=ErrorCode.LEASE_LOST)
    desk = Desk(screen, replace(view, case=free, lease=None, error=lost))
    assert screen.decision.claim.words == "Your claim has ended; your draft is kept."
    assert "for 1 hour" in screen.decision.preview_text
    qtbot.keyClick(screen, Qt.Key.Key_C)
    assert desk.wanted == [ClaimCase(free.id)]


def test_a_decided_case_shows_what_was_decided(screen: CaseScreen) -> None:
    decided = detail(state=CaseState.DECIDED)
    action = Action(
        id=new_id(),
        kind=ActionKind.DELETE_MESSAGE,
        target_type=SubjectType.MESSAGE,
        target_id=decided.subject_id,
    )
    decision = Decision(
        id=new_id(),
        case_id=decided.id,
        by=ANA,
        at=NOW,
        actions=[action],
        policy="conduct.harassment",
        statement="We removed your message.",
    )
    Desk(screen, CaseView(case=decided, decision=decision, policies=POLICIES))
    assert screen.decision.claim.words.startswith("Decided by Ana at ")
    assert "Ground: No harassment." in screen.decision.preview_text
    assert "We removed your message." in screen.decision.preview_text
    assert not screen.decision.claim.can_claim


def test_a_decision_is_undone_after_a_second_thought(screen: CaseScreen, qtbot: QtBot) -> None:
    decided = detail(state=CaseState.DECIDED)
    action = Action(
        id=new_id(),
        kind=ActionKind.DELETE_MESSAGE,
        target_type=SubjectType.MESSAGE,
        target_id=decided.subject_id,
    )
    decision = Decision(
        id=new_id(),
        case_id=decided.id,
        by=ANA,
        at=NOW,
        actions=[action],
        policy="conduct.harassment",
        statement="We removed your message.",
    )
    desk = Desk(screen, CaseView(case=decided, decision=decision, policies=POLICIES))
    qtbot.keyClick(screen, Qt.Key.Key_U)
    assert desk.wanted == []
    assert "is taken back" in screen.decision.preview_text
    qtbot.keyClick(screen, Qt.Key.Key_Return)
    assert desk.wanted == [UndoDecision()]
    over = {"ended_at": NOW, "ended_how": ActionEnd.REVERSED}
    undone = decision.model_copy(update={"actions": [action.model_copy(update=over)]})
    desk = Desk(screen, CaseView(case=decided, decision=undone, policies=POLICIES))
    assert "(Taken back.)" in screen.decision.preview_text
    qtbot.keyClick(screen, Qt.Key.Key_U)
    qtbot.keyClick(screen, Qt.Key.Key_Return)
    assert desk.wanted == []


def test_a_person_cannot_have_their_message_deleted(screen: CaseScreen, qtbot: QtBot) -> None:
    held = detail(
        subject_type=SubjectType.USER, state=CaseState.CLAIMED, claimed_by=ME, lease_until=NOW
    )
    desk = Desk(screen, CaseView(case=held, lease=LEASE, policies=POLICIES))
    qtbot.keyClick(screen, Qt.Key.Key_1)
    qtbot.keyClick(screen, Qt.Key.Key_D)
    assert desk.view.draft.actions == ()


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (
            Draft((DELETE,), "conduct.harassment"),
            "The message disappears for everyone; it stays here as evidence."
            " Ground: No harassment.",
        ),
        (
            Draft((ActionRequest(kind=ActionKind.BAN),), "conduct.harassment"),
            "Sam is banned for good. Ground: No harassment.",
        ),
        (
            Draft((ActionRequest(kind=ActionKind.BAN, duration_s=86_400),), ""),
            "Sam is banned for 1 day.",
        ),
        (
            Draft((ActionRequest(kind=ActionKind.NO_VIOLATION),), "none"),
            "Nothing happens to Sam. The case is closed.",
        ),
    ],
)
def test_consequences_are_told_as_sentences(draft: Draft, words: str) -> None:
    assert preview(draft, detail(), POLICIES) == words


def test_without_a_case_the_screen_says_how_to_open_one(screen: CaseScreen) -> None:
    screen.show_situation(Situation())
    assert screen.title == ""
    assert screen._stack.currentIndex() == 0
