"""Cases, streams and audit entries as the server would send them, for tests of what shows them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.audit import GENESIS_HASH, seal
from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.moderation import (
    ActionKind,
    AuditEntry,
    CaseDetail,
    CaseState,
    CaseSummary,
    Policy,
    PriorityPart,
    Report,
    ReportReason,
    SubjectType,
)
from shared.schemas.moods import Mood
from shared.schemas.roles import Role
from shared.schemas.room import ChatMessage
from shared.schemas.streams import Audience, Stream, StreamState

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

HARASSMENT = Policy(
    id="conduct.harassment",
    title="No harassment",
    text="Insults after a no are not allowed.",
    reasons=[ReportReason.HARASSMENT],
    usual_actions=[ActionKind.DELETE_MESSAGE, ActionKind.MUTE],
)
CLEAN = Policy(
    id="none",
    title="No policy is broken",
    text="Nothing was broken.",
    reasons=[],
    usual_actions=[ActionKind.NO_VIOLATION],
)
POLICIES = (HARASSMENT, CLEAN)


def person(name: str, role: Role = Role.MEMBER) -> UserRef:
    """Somebody."""
    return UserRef(id=new_id(), display_name=name, role=role)


def _fields(**values: Any) -> dict[str, Any]:
    opened_at = values.get("opened_at", NOW - timedelta(minutes=9))
    return {
        "id": new_id(),
        "subject_type": SubjectType.MESSAGE,
        "subject_id": new_id(),
        "subject_label": "Sam: your drawing is worthless",
        "stream_id": new_id(),
        "reasons": [ReportReason.HARASSMENT],
        "report_count": 2,
        "state": CaseState.OPEN,
        "priority": 42.0,
        "priority_parts": [
            PriorityPart(name="severity", points=30, because="Reported for harassment."),
            PriorityPart(name="live_now", points=12, because="It is on air now."),
        ],
        "opened_at": opened_at,
        "updated_at": opened_at,
        "version": 1,
        **values,
    }


def case(**values: Any) -> CaseSummary:
    """A row of the queue; give what matters to the test."""
    return CaseSummary(**_fields(**values))


def claimed(by: UserRef, *, left_s: float = 240.0, **values: Any) -> CaseSummary:
    """A row that somebody holds for `left_s` from `NOW` on."""
    until = NOW + timedelta(seconds=left_s)
    return case(state=CaseState.CLAIMED, claimed_by=by, lease_until=until, **values)


def chat(author: UserRef, text: str, **values: Any) -> ChatMessage:
    """A message."""
    return ChatMessage(
        **{"id": new_id(), "stream_id": new_id(), "author": author, "text": text, "at": NOW}
        | values
    )


def detail(**values: Any) -> CaseDetail:
    """A case about a message, with two reports and three lines of chat around it."""
    sam, jo = person("Sam"), person("Jo")
    message = chat(sam, "your drawing is worthless")
    reports = [
        Report(
            id=new_id(),
            case_id=new_id(),
            subject_type=SubjectType.MESSAGE,
            subject_id=message.id,
            reason=ReportReason.HARASSMENT,
            note=note,
            reporter=jo,
            at=NOW,
        )
        for note in ("Third time tonight.", "")
    ]
    return CaseDetail(
        **_fields(
            **{
                "subject_id": message.id,
                "stream_id": message.stream_id,
                "reports": reports,
                "evidence": message.model_dump(mode="json"),
                "subject_user": sam,
                "context": [chat(jo, "lovely"), message, chat(jo, "be kind")],
                "reporter_accuracy": 0.75,
            }
            | values
        )
    )


def stream(title: str = "Evening drawing", **values: Any) -> Stream:
    """A stream on air."""
    return Stream(
        **{
            "id": new_id(),
            "creator": person("Noor", Role.CREATOR),
            "title": title,
            "tags": [],
            "mood": Mood.CHILL,
            "audience": Audience.PUBLIC,
            "state": StreamState.LIVE,
            "started_at": NOW,
            "viewers": 12,
        }
        | values
    )


def chain(length: int, *, actor: str = "Ana") -> list[AuditEntry]:
    """A whole audit chain."""
    entries: list[AuditEntry] = []
    previous = GENESIS_HASH
    for seq in range(1, length + 1):
        entry = seal(
            AuditEntry(
                seq=seq,
                at=NOW + timedelta(seconds=seq),
                actor_id=new_id(),
                actor=actor,
                action="case.decided",
                subject_type="case",
                subject_id=new_id(),
                details={"policy": "conduct.harassment"},
                prev_hash=previous,
                hash="",
            )
        )
        previous = entry.hash
        entries.append(entry)
    return entries


def tampered(entries: Sequence[AuditEntry], seq: int) -> list[AuditEntry]:
    """The same chain with one entry changed after it was sealed."""
    return [
        entry.model_copy(update={"actor": "Somebody else"}) if entry.seq == seq else entry
        for entry in entries
    ]
