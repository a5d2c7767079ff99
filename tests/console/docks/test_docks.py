"""Every dock of the case screen: shows any case there can be, and says what it is about."""

from datetime import timedelta

import pytest
from fakes.console_views import NOW, chain, chat, detail, person
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.docks import (
    DOCKS,
    CaseDock,
    ContextDock,
    DockSpec,
    EvidenceDock,
    ReportsDock,
    SubjectDock,
)
from console.docks._evidence_facts import read_evidence
from shared.ids import new_id
from shared.qt.theme import Theme
from shared.schemas.moderation import CaseDetail, SubjectType
from shared.schemas.room import Restriction, RestrictionKind

STREAM = detail(
    subject_type=SubjectType.STREAM,
    evidence={
        "id": new_id(),
        "creator": person("Noor").model_dump(mode="json"),
        "title": "Evening drawing",
        "tags": ["art"],
        "mood": "chill",
        "state": "live",
        "started_at": "2026-11-20T11:00:00.000Z",
    },
    context=[],
)
PERSON = detail(
    subject_type=SubjectType.USER,
    stream_id=None,
    evidence={"id": new_id(), "display_name": "Sam", "role": "member", "bio": "", "tags": []},
)
BARE = detail(
    evidence={},
    context=[],
    reports=[],
    priority_parts=[],
    subject_user=None,
    reporter_accuracy=None,
)


@pytest.mark.parametrize("spec", DOCKS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("shown", [detail(), STREAM, PERSON, BARE], ids=lambda c: c.subject_type)
def test_a_dock_shows_any_case_twice(spec: DockSpec, shown: CaseDetail, qtbot: QtBot) -> None:
    dock = spec.make(Theme())
    qtbot.addWidget(dock)
    assert isinstance(dock, QWidget)
    assert isinstance(dock, CaseDock)
    dock.show_case(shown)
    dock.show_case(shown.model_copy(update={"version": 2}))
    assert dock.accessibleName()


def test_names_of_docks_are_unique() -> None:
    assert len({spec.name for spec in DOCKS}) == len(DOCKS)


@pytest.mark.parametrize(
    ("shown", "quote", "facts"),
    [
        (detail(), "your drawing is worthless", {"By": "Sam"}),
        (STREAM, "Evening drawing", {"By": "Noor", "Mood": "chill", "State": "live"}),
        (PERSON, "Sam", {}),
        (BARE, "", {}),
    ],
    ids=["message", "stream", "person", "nothing"],
)
def test_evidence_is_a_quotation_and_facts_without_ids(
    shown: CaseDetail, quote: str, facts: dict[str, str]
) -> None:
    evidence = read_evidence(shown.evidence)
    assert evidence.quote == quote
    told = dict(evidence.facts)
    assert facts.items() <= told.items()
    assert not any(shown.subject_id in value for value in told.values())


def test_evidence_keeps_the_words_when_the_message_is_gone(qtbot: QtBot) -> None:
    shown = detail()
    gone = [
        message.model_copy(update={"deleted": message.id == shown.subject_id})
        for message in shown.context
    ]
    dock = EvidenceDock(Theme())
    qtbot.addWidget(dock)
    dock.show_case(shown.model_copy(update={"context": gone}))
    assert dock.quote == "your drawing is worthless"
    assert dock._removed.text() == "Already removed"


def test_the_reported_message_is_marked_and_removed_ones_keep_their_words(qtbot: QtBot) -> None:
    jo = person("Jo")
    shown = detail()
    context = [*shown.context, chat(jo, "buy followers here", deleted=True)]
    dock = ContextDock(Theme())
    qtbot.addWidget(dock)
    dock.show_case(shown.model_copy(update={"context": context}))
    assert [row.text for row in dock.rows] == [
        "lovely",
        "This is the reported message:",
        "your drawing is worthless",
        "be kind",
        "buy followers here (removed)",
    ]
    assert not any(row.is_deleted for row in dock.rows)


def test_what_is_known_of_the_reporters_is_told(qtbot: QtBot) -> None:
    dock = ReportsDock(Theme())
    qtbot.addWidget(dock)
    dock.show_case(detail(reporter_accuracy=0.75))
    assert dock.accuracy == "Reporter accuracy 75 %."
    dock.show_case(BARE)
    assert dock.accuracy == "Nothing is known of the reporters yet."


def test_a_persons_past_and_restrictions_are_told(qtbot: QtBot) -> None:
    sam = person("Sam")
    muted = Restriction(
        id=new_id(),
        kind=RestrictionKind.MUTE,
        user=sam,
        stream_id=new_id(),
        reason="",
        at=NOW,
        until=NOW + timedelta(hours=1),
    )
    banned = muted.model_copy(
        update={"kind": RestrictionKind.BAN, "stream_id": None, "until": None}
    )
    dock = SubjectDock(Theme())
    qtbot.addWidget(dock)
    dock.show_case(detail())
    assert dock.standing == "Nothing is on record about this person."
    assert dock.limits == ""
    dock.show_case(detail(history=chain(2), restrictions=[muted, banned]))
    assert dock._standing.isHidden()
    first, second = dock.limits.splitlines()
    assert first.startswith("Muted in one room until 2026-11-20 ")
    assert second == "Banned everywhere until lifted."
