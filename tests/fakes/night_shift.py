"""What waits for moderators and admins on a busy evening: held words, appeals, papers, news."""

import contextlib
from collections.abc import Sequence

from fakes.server import Account, ServerProcess

from shared.api import ApiClient
from shared.errors import AppError
from shared.schemas.administration import AnnouncementCreate, ComplianceKind, ComplianceSubmit
from shared.schemas.appeals import AppealCreate
from shared.schemas.moderation import (
    ActionKind,
    ActionRequest,
    DecideRequest,
    ReportCreate,
    ReportReason,
    SubjectType,
)

SETTINGS = {"TEEZU_SECOND_LOOK_PERCENT": "100"}
"""Every decision is drawn, so that a second look waits for certain."""

_HELD = (
    "Write to me at sketches@example.org, I answer everybody",
    "See my page at www.cheap-inks.example",
)
_DECIDED = (
    ("Your lines are worth nothing at all.", "It belittles the person who draws."),
    ("Go back to where you came from, painter.", "It attacks a person for their origin."),
)
_HASH = "3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea"


async def night_shift(server: ServerProcess, stream_id: str) -> None:
    """Make something wait on every list of the console."""
    members = [a for a in server.accounts if a.role == "member"]
    moderator = [a for a in server.accounts if a.role == "mod"][1]
    async with ApiClient(server.url) as client:
        await _hand_in(client, [a for a in server.accounts if a.role in ("creator", "provider")])
        await _announce(client, server.account("admin"))
        await client.auth.login(members[1].email, members[1].password)
        for words in _HELD:
            with contextlib.suppress(AppError):  # that it is held is the answer
                await client.room.send(stream_id, words)
        for words, reasons in _DECIDED:
            decision_id = await _decide(client, members, moderator, stream_id, words, reasons)
            await client.auth.login(members[5].email, members[5].password)
            await client.appeals.create(
                AppealCreate(
                    decision_id=decision_id,
                    text="I quoted a line of an old song, and said so right after it.",
                )
            )


async def _decide(
    client: ApiClient,
    members: Sequence[Account],
    moderator: Account,
    stream_id: str,
    words: str,
    reasons: str,
) -> str:
    """One writes, another reports, a moderator warns; returns the decision."""
    await client.auth.login(members[5].email, members[5].password)
    message = await client.room.send(stream_id, words)
    await client.auth.login(members[3].email, members[3].password)
    report = ReportCreate(
        subject_type=SubjectType.MESSAGE, subject_id=message.id, reason=ReportReason.HARASSMENT
    )
    case_id = (await client.reports.create(report)).case_id
    await client.auth.login(moderator.email, moderator.password)
    lease = await client.moderation.claim(case_id)
    request = DecideRequest(
        version=lease.case.version,
        lease_token=lease.token,
        actions=[
            ActionRequest(kind=ActionKind.DELETE_MESSAGE),
            ActionRequest(kind=ActionKind.WARN),
        ],
        policy="conduct.harassment",
        statement=reasons,
    )
    return (await client.moderation.decide(case_id, request)).id


async def _hand_in(client: ApiClient, people: Sequence[Account]) -> None:
    for account in people:
        grant = await client.auth.login(account.email, account.password)
        await client.profiles.submit_compliance(
            grant.user.id,
            ComplianceKind.KYC,
            ComplianceSubmit(
                name=f"{grant.user.display_name} Jansen",
                country="NL",
                document="passport",
                document_sha256=_HASH,
            ),
        )


async def _announce(client: ApiClient, admin: Account) -> None:
    await client.auth.login(admin.email, admin.password)
    await client.admin.announce(
        AnnouncementCreate(
            title="Maintenance on Tuesday at 04:00",
            text="Streams go on; for some minutes no tips can be sent.",
        )
    )
