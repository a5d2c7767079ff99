"""What a decision may do to whom: checked before anything happens, then carried out in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.moderation import Action, ActionKind, ActionRequest, SubjectType
from shared.server.db.database import Tx
from shared.server.http.sessions import Caller
from shared.server.moderation.measures import Measure, Order
from shared.server.moderation.refusals import outranked, own_case, unfit_action
from shared.server.moderation.tables import ActionRow
from shared.server.moderation.views import Case
from shared.server.streams.records import StreamRecord

WITHOUT_PERSON = frozenset({ActionKind.DELETE_MESSAGE, ActionKind.NO_VIOLATION})
"""All others are against the person whom the case concerns."""
TIMED = frozenset(
    {
        ActionKind.TIMEOUT,
        ActionKind.MUTE,
        ActionKind.RESTRICT,
        ActionKind.SUSPEND_STREAM,
        ActionKind.HOLD_PAYOUT,
        ActionKind.BAN,
    }
)
"""What takes a duration."""


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
        _check_duration(action)
    if set(kinds) - WITHOUT_PERSON:
        check_rank(subject_user, caller)


def _check_duration(action: ActionRequest) -> None:
    if action.duration_s is not None and action.kind not in TIMED:
        raise unfit_action(
            "This action takes no duration; leave it out here.",
            "Deze maatregel heeft geen duur; laat die hier weg.",
        )
    if action.duration_s is None and action.kind is ActionKind.TIMEOUT:
        raise unfit_action(
            "A timeout has to end; give it a duration.",
            "Een time-out moet aflopen; geef een duur.",
        )


def check_rank(subject_user: UserRef | None, caller: Caller) -> None:
    """Let only those pass who stand above the person.

    Raises:
        Refused: there is no person, it is the caller, or they are not below the caller.
    """
    if subject_user is None:
        raise unfit_action(
            "This case concerns no account; choose another action.",
            "Deze zaak gaat niet over een account; kies een andere maatregel.",
        )
    if subject_user.id == caller.user_id:
        raise own_case()
    if subject_user.role.rank >= caller.role.rank:
        raise outranked()


@dataclass(slots=True)
class Carried:
    """What was done; call `StreamService.ended` for each suspended stream after the commit."""

    actions: list[Action] = field(default_factory=list)
    undo: list[dict[str, Any]] = field(default_factory=list)
    suspended: list[StreamRecord] = field(default_factory=list)


class Actions:
    """Carries out what was decided, through the areas that own the things concerned."""

    def __init__(self, measures: Mapping[ActionKind, Measure]) -> None:
        self._measures = measures

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
            order = Order(case=case, user=subject_user, by=by, reason=reason, until=until)
            effect = await self._measures[action.kind].carry_out(tx, order)
            done.suspended += effect.ended
            done.undo.append(effect.undo)
            done.actions.append(
                Action(
                    id=new_id(),
                    kind=action.kind,
                    target_type=effect.target_type,
                    target_id=effect.target_id,
                    until=until,
                )
            )
        return done

    async def reverse(self, tx: Tx, kind: ActionKind, undo: Mapping[str, Any]) -> None:
        """Undo what an action of this kind did."""
        await self._measures[kind].reverse(tx, undo)


async def keep_actions(tx: Tx, decision_id: str, carried: Carried) -> None:
    """Store what was done beside the decision, and what undoes it."""
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
                "undo": undo,
            }
            for action, undo in zip(carried.actions, carried.undo, strict=True)
        ],
    )


def _until(now: datetime, action: ActionRequest) -> datetime | None:
    if action.duration_s is None:
        return None
    return now + timedelta(seconds=action.duration_s)
