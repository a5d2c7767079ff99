"""Signs that a banned person is back under another name: noted, weighed, and shown in a case.

Nothing is decided here. A device, network or payment is kept as a salted hash (see `trace_hash`),
which tells that two accounts share it and nothing else; what speaks for it is named in the case.
"""

import asyncio
import ipaddress
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from enum import StrEnum

from sqlalchemy import delete, exists, insert, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.moderation import ReportReason, SubjectType
from shared.schemas.roles import Role
from shared.schemas.room import RestrictionKind
from shared.server.accounts.tables import UserRow
from shared.server.ai.text import fold
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.moderation.evidence_tables import TraceRow
from shared.server.moderation.reports import Reports
from shared.server.moderation.tables import CaseRow
from shared.server.room.tables import RestrictionRow
from shared.server.secret import derive

_log = logging.getLogger(__name__)

CASE_AT = 3.0
"""One device or payment in common is enough for a look; a household's network alone is not."""
NAMES_ALIKE = 0.8
_NAME_WEIGHT = 2.0
KEPT_FOR = timedelta(days=180)
"""A trace that was not left again for so long says little, and is forgotten."""
_FORGET_EVERY_S = 3600.0
_MOST_TRACES = 20
_MOST_BANNED = 20


class TraceKind(StrEnum):
    """What accounts may have in common."""

    DEVICE = "device"
    NETWORK = "network"
    PAYMENT = "payment"


_WEIGHTS = {TraceKind.DEVICE: 3.0, TraceKind.PAYMENT: 3.0, TraceKind.NETWORK: 1.0}


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much an account is like one that is banned, and why."""

    user_id: str
    name: str
    shared: tuple[TraceKind, ...]
    name_likeness: float

    @property
    def score(self) -> float:
        """What the signs add up to."""
        alike = _NAME_WEIGHT if self.name_likeness >= NAMES_ALIKE else 0.0
        return sum(_WEIGHTS[kind] for kind in self.shared) + alike


def name_likeness(first: str, second: str) -> float:
    """From 0 to 1: how alike two names are, read without accents, case and look-alikes."""
    one, other = (fold(name).replace(" ", "") for name in (first, second))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def network_of(address: str) -> str | None:
    """The part of an address that one household keeps; None for one that says nothing."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    if found.is_loopback or found.is_unspecified:
        return None
    bits = 32 if found.version == 4 else 64
    return str(ipaddress.ip_network(f"{found}/{bits}", strict=False))


def trace_hash(secret: bytes, kind: TraceKind, value: str) -> str:
    """Salted with the server's secret: worth nothing elsewhere, and not to be guessed."""
    return derive(secret, "trace", kind.value, value).hex()[:32]


class Evasion:
    """Keeps traces, and opens a case where they lead to somebody banned."""

    def __init__(self, core: Core, reports: Reports) -> None:
        self._core = core
        self._reports = reports

    async def entered(self, tx: Tx, user_id: str, *, address: str, device: str | None) -> None:
        """A person signed up or in."""
        values = {TraceKind.NETWORK: network_of(address), TraceKind.DEVICE: device}
        await self.used(tx, user_id, {kind: value for kind, value in values.items() if value})

    async def used(self, tx: Tx, user_id: str, values: Mapping[TraceKind, str]) -> str | None:
        """Note what an account was used with; the id of the case where that gives rise to one."""
        found = {kind: trace_hash(self._core.secret, kind, value) for kind, value in values.items()}
        for kind, hashed in found.items():
            await self._keep(tx, user_id, kind, hashed)
        likest = await self.likest(tx.db, user_id)
        if likest is None or likest.score < CASE_AT or await self._is_staff(tx.db, user_id):
            return None
        return await self._open(tx, user_id, likest)

    async def _is_staff(self, db: AsyncConnection, user_id: str) -> bool:
        """Staff try things out on machines of their own, and answer to an admin anyway."""
        query = select(UserRow.role).where(UserRow.id == user_id)
        return Role((await db.execute(query)).scalar_one()).rank >= Role.MOD.rank

    async def forget(self) -> int:
        """Remove traces that nobody has left again for half a year, except of the banned.

        How many there were.
        """
        async with self._core.db.write() as tx:
            unbanned = select(UserRow.id).where(UserRow.is_banned.is_(False))
            gone = await tx.db.execute(
                delete(TraceRow).where(
                    TraceRow.last_at <= tx.now - KEPT_FOR, TraceRow.user_id.in_(unbanned)
                )
            )
        return gone.rowcount

    async def run(self) -> None:
        """Forget old traces now and then until cancelled."""
        while True:
            await asyncio.sleep(_FORGET_EVERY_S)
            try:
                await self.forget()
            except SQLAlchemyError:
                _log.exception("old traces were not removed")

    async def _keep(self, tx: Tx, user_id: str, kind: TraceKind, hashed: str) -> None:
        named = (
            TraceRow.user_id == user_id,
            TraceRow.kind == kind.value,
            TraceRow.hash == hashed,
        )
        again = await tx.db.execute(update(TraceRow).where(*named).values(last_at=tx.now))
        if again.rowcount:
            return
        await tx.db.execute(
            insert(TraceRow).values(
                user_id=user_id, kind=kind.value, hash=hashed, first_at=tx.now, last_at=tx.now
            )
        )
        query = (
            select(TraceRow.hash)
            .where(TraceRow.user_id == user_id, TraceRow.kind == kind.value)
            .order_by(TraceRow.last_at.desc())
            .offset(_MOST_TRACES)
        )
        for old in list((await tx.db.execute(query)).scalars()):
            gone = (TraceRow.user_id == user_id, TraceRow.kind == kind.value, TraceRow.hash == old)
            await tx.db.execute(delete(TraceRow).where(*gone))

    async def likest(self, db: AsyncConnection, user_id: str) -> Likeness | None:
        """The banned person that this account has most in common with."""
        mine = select(TraceRow.kind, TraceRow.hash).where(TraceRow.user_id == user_id).subquery()
        now = self._core.clock.now()
        banned = or_(
            UserRow.is_banned,
            exists().where(
                RestrictionRow.user_id == UserRow.id,
                RestrictionRow.kind == RestrictionKind.BAN.value,
                RestrictionRow.creator_id.is_(None),
                RestrictionRow.lifted_at.is_(None),
                or_(RestrictionRow.until.is_(None), RestrictionRow.until > now),
            ),
        )
        query = (
            select(UserRow.id, UserRow.display_name, TraceRow.kind)
            .distinct()
            .join(TraceRow, TraceRow.user_id == UserRow.id)
            .join(mine, (mine.c.kind == TraceRow.kind) & (mine.c.hash == TraceRow.hash))
            .where(UserRow.id != user_id, banned)
            .limit(_MOST_BANNED * len(TraceKind))
        )
        shared: dict[tuple[str, str], list[TraceKind]] = {}
        for id_, name, kind in await db.execute(query):
            shared.setdefault((id_, name), []).append(TraceKind(kind))
        if not shared:
            return None
        own = select(UserRow.display_name).where(UserRow.id == user_id)
        my_name = (await db.execute(own)).scalar_one_or_none() or ""
        found = [
            Likeness(id_, name, tuple(sorted(kinds)), name_likeness(my_name, name))
            for (id_, name), kinds in shared.items()
        ]
        return max(found, key=lambda each: each.score)

    async def _open(self, tx: Tx, user_id: str, likest: Likeness) -> str | None:
        """One case for each account: who was looked at once is not looked at for the same again."""
        before = select(CaseRow.id).where(
            CaseRow.subject_type == SubjectType.USER.value, CaseRow.subject_id == user_id
        )
        if (await tx.db.execute(before.limit(1))).first() is not None:
            return None
        signs = {
            "like_account": likest.name,
            "like_account_id": likest.user_id,
            **{f"same_{kind.value}": True for kind in likest.shared},
            "name_likeness": round(likest.name_likeness, 2),
            "score": likest.score,
        }
        _log.info("account %s is like a banned one: %s", user_id, ", ".join(likest.shared))
        return await self._reports.open_about(
            tx,
            SubjectType.USER,
            user_id,
            ReportReason.FRAUD,
            {"rule": "ban_evasion", **signs},
            evidence={"ban_evasion": signs},
        )
