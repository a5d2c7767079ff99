"""What a decision may do to whom: checked before anything happens, then carried out in one go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert

from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.moderation import Action, ActionKind, ActionRequest, SubjectType
from shared.schemas.realtime import EventType, stream_room
from shared.schemas.room import RestrictionKind
from shared.schemas.streams import StreamState
from shared.server.accounts.service import AccountService
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.sessions import Caller
from shared.server.moderation.refusals import outranked, unfit_action
from shared.server.moderation.tables import ActionRow
from shared.server.moderation.views import Case
from shared.server.room.restrictions import Restrictions
from shared.server.room.service import RoomService
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService

_RESTRICTIONS = {
    ActionKind.MUTE: RestrictionKind.MUTE,
    ActionKind.BAN: RestrictionKind.BAN,
}


def check_actions(
    wanted: Sequence[ActionRequest], case: Case, subject_user: UserRef | None, caller: Caller
) -> None:
    """Let only actions pass that fit the case and that this person may take.

    Raises:
        Refused: one of them does not.
    """
    kinds = [action.kind for action in wanted]
    if len(set(kinds)) != len(kinds):
        raise unfit_action(
            "The same action is named twice; name each action once.",
            "Dezelfde maatregel staat er twee keer; noem elke maatregel een keer.",
        )
    if ActionKind.NO_VIOLATION in kinds and len(kinds) > 1:
        raise unfit_action(
            "No violation cannot go with another action; choose one or the other.",
            "Geen overtreding gaat niet samen met een maatregel; kies een van beide.",
        )
    if ActionKind.DELETE_MESSAGE in kinds and case.subject_type is not SubjectType.MESSAGE:
        raise unfit_action(
            "There is no message in this case to delete; choose another action.",
            "Er is in deze zaak geen bericht om te verwijderen; kies een andere maatregel.",
        )
    for action in wanted:
        if action.duration_s is not None and action.kind not in _RESTRICTIONS:
            raise unfit_action(
                "Only a mute or a ban takes a duration; leave it out here.",
                "Alleen dempen en verbannen hebben een duur; laat die hier weg.",
            )
    if _RESTRICTIONS.keys() & set(kinds):
        _check_rank(subject_user, caller)


def _check_rank(subject_user: UserRef | None, caller: Caller) -> None:
    if subject_user is None:
        raise unfit_action(
            "This case concerns no account; choose another action.",
            "Deze zaak gaat niet over een account; kies een andere maatregel.",
        )
    if subject_user.role.rank >= caller.role.rank:
        raise outranked()


@dataclass(slots=True)
class Carried:
    """What was done; call `StreamService.ended` for each suspended stream after the commit."""

    actions: list[Action] = field(default_factory=list)
    suspended: list[StreamRecord] = field(default_factory=list)


class Actions:
    """Carries out what was decided, through the areas that own the things concerned."""

    def __init__(
        self,
        core: Core,
        rooms: RoomService,
        restrictions: Restrictions,
        accounts: AccountService,
        streams: StreamService,
    ) -> None:
        self._core = core
        self._streams = streams
        self._rooms = rooms
        self._restrictions = restrictions
        self._accounts = accounts

    async def carry_out(
        self,
        tx: Tx,
        wanted: Sequence[ActionRequest],
        *,
        case: Case,
        subject_user: UserRef | None,
        by: UserRef,
        reason: str,
    ) -> Carried:
        """Do them all in the transaction; what they announce leaves with its commit."""
        done = Carried()
        for action in wanted:
            until = _until(tx.now, action)
            target_type, target_id = case.subject_type, case.subject_id
            if action.kind is ActionKind.DELETE_MESSAGE:
                await self._delete(tx, case.subject_id, by, reason)
            elif subject_user is not None and action.kind in _RESTRICTIONS:
                target_type, target_id = SubjectType.USER, subject_user.id
                await self._restrict(tx, action.kind, case, subject_user, by, reason, until)
                if action.kind is ActionKind.BAN:
                    done.suspended += await self._suspend(tx, subject_user)
            done.actions.append(
                Action(
                    id=new_id(),
                    kind=action.kind,
                    target_type=target_type,
                    target_id=target_id,
                    until=until,
                )
            )
        return done

    async def _suspend(self, tx: Tx, user: UserRef) -> list[StreamRecord]:
        """A banned person is on air no longer."""
        stream = await self._streams.open_of(tx.db, user.id)
        if stream is None:
            return []
        return [await self._streams.set_state(tx, stream, StreamState.SUSPENDED)]

    async def _delete(self, tx: Tx, message_id: str, by: UserRef, reason: str) -> None:
        message = await self._rooms.message(tx.db, message_id)
        if message is not None:
            await self._rooms.delete_in(tx, message, by=by, reason=reason)

    async def _restrict(
        self,
        tx: Tx,
        kind: ActionKind,
        case: Case,
        user: UserRef,
        by: UserRef,
        reason: str,
        until: datetime | None,
    ) -> None:
        """Everywhere, not in one room only; a ban for good also closes the account."""
        restriction = await self._restrictions.apply(
            tx,
            kind=_RESTRICTIONS[kind],
            user=user,
            stream=None,
            by_id=by.id,
            until=until,
            reason=reason,
        )
        if case.stream_id is not None:
            # The room where it happened sees it, and puts the banned out.
            room = stream_room(case.stream_id)
            self._core.feed.publish(tx, room, EventType.RESTRICTION_APPLIED, restriction)
        if kind is ActionKind.BAN and until is None:
            await self._accounts.ban(tx, user.id)


async def keep_actions(tx: Tx, decision_id: str, actions: Sequence[Action]) -> None:
    """Store what was done beside the decision."""
    await tx.db.execute(
        insert(ActionRow),
        [
            {
                "id": action.id,
                "decision_id": decision_id,
                "kind": action.kind.value,
                "target_type": action.target_type.value,
                "target_id": action.target_id,
                "until": action.until,
            }
            for action in actions
        ],
    )


def _until(now: datetime, action: ActionRequest) -> datetime | None:
    if action.duration_s is None:
        return None
    return now + timedelta(seconds=action.duration_s)
