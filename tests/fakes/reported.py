"""A reported message with the people around it, for tests of moderation."""

from dataclasses import dataclass

from fakes.platform import Person, Platform

from shared.schemas.moderation import (
    ActionKind,
    ActionRequest,
    DecideRequest,
    Lease,
    ReportCreate,
    ReportReason,
    SubjectType,
)
from shared.schemas.roles import Role
from shared.schemas.room import ChatMessage
from shared.schemas.streams import Stream


@dataclass(slots=True)
class Scene:
    """Luna is live, Troll wrote something, Ann reported it; Mora and Milo moderate."""

    luna: Person
    ann: Person
    troll: Person
    mora: Person
    milo: Person
    stream: Stream
    message: ChatMessage
    case_id: str


async def reported_message(home: Platform) -> Scene:
    """The scene, with one undecided case."""
    luna = await home.person("Luna", Role.CREATOR)
    ann, troll = await home.person("Ann"), await home.person("Troll")
    mora, milo = await home.person("Mora", Role.MOD), await home.person("Milo", Role.MOD)
    stream = await home.on_air(luna)
    message = await troll.api.room.send(stream.id, "fools, the lot of them")
    report = await ann.api.reports.create(
        ReportCreate(
            subject_type=SubjectType.MESSAGE,
            subject_id=message.id,
            reason=ReportReason.HARASSMENT,
            note="He does this every evening.",
        )
    )
    return Scene(luna, ann, troll, mora, milo, stream, message, report.case_id)


def decision(
    lease: Lease,
    *kinds: ActionKind,
    duration_s: int | None = None,
    policy: str = "conduct.harassment",
) -> DecideRequest:
    """A decision under the lease; the duration goes to what restricts."""
    restricting = {ActionKind.MUTE, ActionKind.TIMEOUT, ActionKind.BAN}
    return DecideRequest(
        version=lease.case.version,
        lease_token=lease.token,
        actions=[
            ActionRequest(kind=kind, duration_s=duration_s if kind in restricting else None)
            for kind in kinds
        ],
        policy=policy,
        statement="The message insults everybody in the room.",
    )
