"""What a decision can do, each with its inverse: one class and one entry in `measures` per kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select, update

from shared.schemas.accounts import UserRef
from shared.schemas.moderation import ActionKind, SubjectType
from shared.schemas.realtime import EventType, stream_room
from shared.schemas.room import RestrictionKind
from shared.schemas.streams import StreamState
from shared.server.accounts.service import AccountService
from shared.server.accounts.tables import UserRow
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.moderation.refusals import unfit_action
from shared.server.moderation.views import Case
from shared.server.room.restrictions import Restrictions
from shared.server.room.service import RoomService
from shared.server.room.tables import RestrictionRow
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService
from shared.server.wallet import holds


@dataclass(frozen=True, slots=True)
class Order:
    """One action to be carried out: about what, against whom, by whom, until when."""

    case: Case
    user: UserRef | None
    by: UserRef
    reason: str
    until: datetime | None

    @property
    def person(self) -> UserRef:
        """Whom the case concerns; `check_actions` made sure that there is somebody."""
        if self.user is None:
            raise LookupError("an action against a person in a case that concerns nobody")
        return self.user


@dataclass(slots=True)
class Effect:
    """What was done: to what, the ids that the inverse needs, and streams that are over."""

    target_type: SubjectType
    target_id: str
    undo: dict[str, Any] = field(default_factory=dict)
    ended: list[StreamRecord] = field(default_factory=list)


class Measure(Protocol):
    """One kind of action. `reverse` undoes what `carry_out` noted, and nothing else."""

    async def carry_out(self, tx: Tx, order: Order) -> Effect: ...

    async def reverse(self, tx: Tx, undo: Mapping[str, Any]) -> None: ...


class Nothing:
    """No violation: nothing is done, so nothing is undone."""

    async def carry_out(self, tx: Tx, order: Order) -> Effect:
        """Touch nothing."""
        return Effect(order.case.subject_type, order.case.subject_id)

    async def reverse(self, tx: Tx, undo: Mapping[str, Any]) -> None:
        """Touch nothing."""


class Warn:
    """A warning: the statement and the strike that come with any decision, and nothing else."""

    async def carry_out(self, tx: Tx, order: Order) -> Effect:
        """Name the person as the one it is about."""
        return Effect(SubjectType.USER, order.person.id)

    async def reverse(self, tx: Tx, undo: Mapping[str, Any]) -> None:
        """The strike goes with the decision's last action."""


class DeleteMessage:
    """The message of the case is deleted; its inverse shows it again."""

    def __init__(self, rooms: RoomService) -> None:
        self._rooms = rooms

    async def carry_out(self, tx: Tx, order: Order) -> Effect:
        """Delete it, unless it was deleted before."""
        effect = Effect(order.case.subject_type, order.case.subject_id)
        message = await self._rooms.message(tx.db, order.case.subject_id)
        if message is not None and await self._rooms.delete_in(
            tx, message, by=order.by, reason=order.reason
        ):
            effect.undo["message_id"] = message.id
        return effect

    async def reverse(self, tx: Tx, undo: Mapping[str, Any]) -> None:
        """Bring back what this action deleted."""
        if "message_id" in undo:
            message = await self._rooms.message(tx.db, undo["message_id"])
            if message is not None:
                await self._rooms.restore_in(tx, message)


class Restrict:
    """A restriction of one kind, everywhere; its inverse lifts exactly that one."""

    def __init__(self, core: Core, restrictions: Restrictions, kind: RestrictionKind) -> None:
        self._core = core
        self._restrictions = restrictions
        self._kind = kind

    async def carry_out(self, tx: Tx, order: Order) -> Effect:
        """Put it on; the room where it happened sees it, and puts the banned out."""
        user = order.person
        restriction = await self._restrictions.apply(
            tx,
            kind=self._kind,
            user=user,
            stream=None,
            by_id=order.by.id,
            until=order.until,
            reason=order.reason,
        )
        undo: dict[str, Any] = {"restriction_id": restriction.id}
        if order.case.stream_id is not None:
            undo["stream_id"] = order.case.stream_id
            room = stream_room(order.case.stream_id)
            self._core.feed.publish(tx, room, EventType.RESTRICTION_APPLIED, restriction)
        return Effect(SubjectType.USER, user.id, undo)

    async def reverse(self, tx: Tx, undo: Mapping[str, Any]) -> None:
        """Lift it, and tell the room that saw it put on."""
        lifted = await self._restrictions.lift(tx, undo["restriction_id"])
        if "stream_id" in undo:
            room = stream_room(undo["stream_id"])
            self._core.feed.publish(tx, room, EventType.RESTRICTION_LIFTED, lifted)


class SuspendStream:
    """The person's stream leaves the air at once; with an end, they stay off it until then.

    A broadcast that was cut cannot be taken up again: the inverse clears the stream's name and
    lets the person stream.
    """

    def __init__(self, streams: StreamService, off_air: Restrict) -> None:
        self._streams = streams
        self._off_air = off_air

    async def carry_out(self, tx: Tx, order: Order) -> Effect:
        """Suspend what is open.

        Raises:
            Refused: nothing is on air and there is no end until which to keep the person off it.
        """
        effect = Effect(SubjectType.USER, order.person.id)
        stream = await self._streams.open_of(tx.db, order.person.id)
        if stream is not None:
            effect.target_type, effect.target_id = SubjectType.STREAM, stream.id
            effect.ended = [await self._streams.set_state(tx, stream, StreamState.SUSPENDED)]
            effect.undo["suspended_id"] = stream.id
        elif order.until is None:
            raise unfit_action(
                "This person's stream is over; give a duration to keep them off the air.",
                "De stream van deze persoon is voorbij; geef een duur om uitzenden te verhinderen.",
            )
        if order.until is not None:
            effect.undo |= (await self._off_air.carry_out(tx, order)).undo
        return effect

    async def reverse(self, tx: Tx, undo: Mapping[str, Any]) -> None:
        """The stream counts as ended, and its creator may stream."""
        if "suspended_id" in undo:
            stream = await self._streams.require(tx.db, undo["suspended_id"])
            if stream.state is StreamState.SUSPENDED:
                await self._streams.set_state(tx, stream, StreamState.ENDED)
        if "restriction_id" in undo:
            await self._off_air.reverse(tx, undo)


class Ban:
    """Nobody lets the person in; a ban for good closes the account, too."""

    def __init__(
        self, restrict: Restrict, accounts: AccountService, streams: StreamService
    ) -> None:
        self._restrict = restrict
        self._accounts = accounts
        self._streams = streams

    async def carry_out(self, tx: Tx, order: Order) -> Effect:
        """Put them out; a banned person is on air no longer."""
        effect = await self._restrict.carry_out(tx, order)
        if order.until is None:
            await self._accounts.ban(tx, order.person.id)
            effect.undo["account_id"] = order.person.id
        stream = await self._streams.open_of(tx.db, order.person.id)
        if stream is not None:
            effect.ended = [await self._streams.set_state(tx, stream, StreamState.SUSPENDED)]
            effect.undo["suspended_id"] = stream.id
        return effect

    async def reverse(self, tx: Tx, undo: Mapping[str, Any]) -> None:
        """Let them in again, unless another ban for good stands."""
        await self._restrict.reverse(tx, undo)
        if "account_id" in undo:
            other = select(RestrictionRow.id).where(
                RestrictionRow.user_id == undo["account_id"],
                RestrictionRow.kind == RestrictionKind.BAN.value,
                RestrictionRow.creator_id.is_(None),
                RestrictionRow.until.is_(None),
                RestrictionRow.lifted_at.is_(None),
            )
            if (await tx.db.execute(other.limit(1))).first() is None:
                account = UserRow.id == undo["account_id"]
                await tx.db.execute(update(UserRow).where(account).values(is_banned=False))
        if "suspended_id" in undo:
            stream = await self._streams.require(tx.db, undo["suspended_id"])
            if stream.state is StreamState.SUSPENDED:
                await self._streams.set_state(tx, stream, StreamState.ENDED)


class HoldPayout:
    """The person's earnings wait: the ledger lets nothing but refunds leave them.

    The inverse lifts this hold, and no other.
    """

    async def carry_out(self, tx: Tx, order: Order) -> Effect:
        """Put the hold on."""
        person = order.person.id
        hold_id = await holds.hold(tx, person, reason=order.reason, until=order.until)
        return Effect(SubjectType.USER, order.person.id, {"hold_id": hold_id})

    async def reverse(self, tx: Tx, undo: Mapping[str, Any]) -> None:
        """Lift this hold."""
        await holds.lift(tx, undo["hold_id"])


def measures(
    core: Core,
    *,
    rooms: RoomService,
    restrictions: Restrictions,
    accounts: AccountService,
    streams: StreamService,
) -> dict[ActionKind, Measure]:
    """Every kind of action and what carries it out."""

    def restrict(kind: RestrictionKind) -> Restrict:
        return Restrict(core, restrictions, kind)

    return {
        ActionKind.DELETE_MESSAGE: DeleteMessage(rooms),
        ActionKind.WARN: Warn(),
        ActionKind.TIMEOUT: restrict(RestrictionKind.MUTE),
        ActionKind.MUTE: restrict(RestrictionKind.MUTE),
        ActionKind.RESTRICT: restrict(RestrictionKind.RESTRICT),
        ActionKind.SUSPEND_STREAM: SuspendStream(streams, restrict(RestrictionKind.OFF_AIR)),
        ActionKind.HOLD_PAYOUT: HoldPayout(),
        ActionKind.BAN: Ban(restrict(RestrictionKind.BAN), accounts, streams),
        ActionKind.NO_VIOLATION: Nothing(),
    }
