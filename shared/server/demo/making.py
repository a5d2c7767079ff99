"""Makes the demo's accounts and its past, once; a second start finds and keeps them."""

import asyncio
import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from shared.files import write_atomically
from shared.ids import new_id
from shared.schemas.moderation import ReportCreate, SubjectType
from shared.schemas.moods import Mood
from shared.schemas.roles import Role
from shared.schemas.show import TipMenuItemPut, TipMenuPut
from shared.schemas.streams import Audience, StreamState
from shared.server.accounts.passwords import hash_password
from shared.server.accounts.service import AccountService
from shared.server.accounts.tables import FollowRow, UserRow
from shared.server.core import Core, Services
from shared.server.db.database import Tx
from shared.server.demo.people import CONVERSATION, GOALS, PEOPLE, TIP_MENU, TROUBLE, Person
from shared.server.http.sessions import Caller
from shared.server.moderation.reports import Reports
from shared.server.room.tables import ChatMessageRow
from shared.server.show.service import ShowService
from shared.server.show.tables import GoalRow
from shared.server.streams.tables import StreamRow, ViewerMinuteRow
from shared.server.wallet.service import WalletService

_log = logging.getLogger(__name__)
FILE_NAME = "demo-accounts.json"
_BIRTH = date(1990, 1, 1)
_COST = 4
_MINUTES = 120
type Ids = Mapping[str, str]
"""Each person's id, by their display name."""


async def make_demo(core: Core, services: Services) -> None:
    """Make everything that is missing, and write the accounts' file last."""
    file = core.settings.data / FILE_NAME
    async with core.db.read() as db:
        query = select(UserRow.id).where(UserRow.email == PEOPLE[0].email)
        exists = (await db.execute(query)).first() is not None
    if exists and file.exists():
        return
    if exists:
        _log.warning(
            "%s is gone, so nobody knows the demo's passwords; remove the data folder to make "
            "a new demo",
            file,
        )
        return
    passwords = {person.email: secrets.token_urlsafe(16) for person in PEOPLE}
    hashes = await asyncio.to_thread(_hash_all, passwords)
    # The file first: a demo without its passwords would be lost.
    ids = {person.display_name: new_id() for person in PEOPLE}
    await asyncio.to_thread(_write, file, passwords, ids)
    async with core.db.write() as tx:
        await _people(tx, services, hashes, ids)
        lines = await _past(tx, services, ids)
    await _reports(services, ids, lines)
    _log.info("demo accounts made: %d, see %s", len(PEOPLE), FILE_NAME)


def _hash_all(passwords: Mapping[str, str]) -> dict[str, str]:
    """Every password's hash: 128 random bits need no slow one, a first start a quick one."""
    return {email: hash_password(password, _COST) for email, password in passwords.items()}


def _write(file: Path, passwords: Mapping[str, str], ids: Ids) -> None:
    accounts = [
        {
            "role": person.role.value,
            "email": person.email,
            "password": passwords[person.email],
            "display_name": person.display_name,
            "id": ids[person.display_name],
        }
        for person in PEOPLE
    ]
    content = json.dumps({"accounts": accounts}, indent=1, ensure_ascii=False)
    write_atomically(file, content.encode(), mode=0o600)


async def _people(tx: Tx, services: Services, hashes: Mapping[str, str], ids: Ids) -> None:
    accounts = services.get(AccountService)
    wallet = services.get(WalletService)
    for person in PEOPLE:
        await accounts.add(
            tx,
            user_id=ids[person.display_name],
            email=person.email,
            display_name=person.display_name,
            password_hash=hashes[person.email],
            role=person.role,
            birth_date=_BIRTH,
            locale=person.locale,
            bio=person.bio,
            tags=person.tags,
        )
        if person.tokens:
            await wallet.deposit(tx, ids[person.display_name], person.tokens, note="demo balance")


def _creator() -> Person:
    return next(person for person in PEOPLE if person.role is Role.CREATOR)


def _watched(minute: int) -> int:
    """How many watched Luna's last stream: they come in ten minutes, and leave one by one."""
    return max(4, min(24, 6 + 2 * minute) - minute // 8)


async def _past(tx: Tx, services: Services, ids: Ids) -> list[str]:
    """Luna's last stream: its goals and what was said; her tip menu; who follows her.

    Returns the ids of the lines that trouble the room, in the order of `TROUBLE`.
    """
    creator_id = ids[_creator().display_name]
    began = tx.now - timedelta(days=1)
    stream_id = new_id()
    await tx.db.execute(
        insert(StreamRow).values(
            id=stream_id,
            creator_id=creator_id,
            title="Piano and tea",
            tags=["piano", "talk"],
            mood=Mood.CHILL.value,
            audience=Audience.PUBLIC.value,
            state=StreamState.ENDED.value,
            started_at=began,
            state_at=began + timedelta(hours=2),
            live_at=began,
            ended_at=began + timedelta(hours=2),
            peak_viewers=max(_watched(minute) for minute in range(_MINUTES)),
            safety_score=0.0,
        )
    )
    await tx.db.execute(
        insert(ViewerMinuteRow),
        [
            {"stream_id": stream_id, "minute": minute, "viewers": _watched(minute)}
            for minute in range(_MINUTES)
        ],
    )
    for position, (title, target) in enumerate(GOALS):
        await tx.db.execute(
            insert(GoalRow).values(
                id=new_id(),
                position=position,
                stream_id=stream_id,
                title=title,
                target_tokens=target,
                raised_tokens=0,
                version=1,
            )
        )
    items = [TipMenuItemPut(title=t, tokens=n, duration_s=d) for t, n, d in TIP_MENU]
    await services.get(ShowService).set_tip_menu(tx, creator_id, TipMenuPut(items=items))
    await _conversation(tx, ids, stream_id, began)
    members = [ids[person.display_name] for person in PEOPLE if person.role is Role.MEMBER]
    await tx.db.execute(
        insert(FollowRow),
        [{"follower_id": id_, "followed_id": creator_id, "at": began} for id_ in members],
    )
    return await _trouble(tx, ids, stream_id, began + timedelta(minutes=len(CONVERSATION) + 1))


async def _conversation(tx: Tx, ids: Ids, stream_id: str, began: datetime) -> None:
    creator_id = ids[_creator().display_name]
    rows = []
    for minute, (name, question, answer) in enumerate(CONVERSATION, 1):
        asked = began + timedelta(minutes=minute)
        question_id = new_id()
        rows.append(_line(question_id, stream_id, ids[name], question, asked, None))
        later = asked + timedelta(seconds=20)
        rows.append(_line(new_id(), stream_id, creator_id, answer, later, question_id))
    await tx.db.execute(insert(ChatMessageRow), rows)


async def _trouble(tx: Tx, ids: Ids, stream_id: str, began: datetime) -> list[str]:
    rows = [
        _line(new_id(), stream_id, ids[one.author], one.text, began + timedelta(minutes=n), None)
        for n, one in enumerate(TROUBLE)
    ]
    await tx.db.execute(insert(ChatMessageRow), rows)
    return [str(row["id"]) for row in rows]


async def _reports(services: Services, ids: Ids, lines: Sequence[str]) -> None:
    """The reports about them, filed as members file them, so that cases and log are real."""
    reports, people = services.get(Reports), {person.display_name: person for person in PEOPLE}
    for message_id, one in zip(lines, TROUBLE, strict=True):
        for reporter, note in one.reports:
            body = ReportCreate(
                subject_type=SubjectType.MESSAGE,
                subject_id=message_id,
                reason=one.reason,
                note=note,
            )
            person = people[reporter]
            caller = Caller(ids[reporter], person.role, reporter, "", person.locale)
            await reports.create(caller, body, None)


def _line(
    id_: str, stream_id: str, author_id: str, text: str, at: datetime, reply_to: str | None
) -> dict[str, object]:
    return {
        "id": id_,
        "stream_id": stream_id,
        "author_id": author_id,
        "text": text,
        "at": at,
        "is_ai": False,
        "reply_to": reply_to,
    }
