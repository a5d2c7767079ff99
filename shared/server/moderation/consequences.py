"""What a decision would do, told beforehand in sentences."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from shared.schemas.moderation import (
    ActionKind,
    ActionRequest,
    Preview,
    PreviewRequest,
)
from shared.server.core import Core
from shared.server.http.errors import Refused, not_found
from shared.server.http.sessions import Caller
from shared.server.moderation.actions import check_actions
from shared.server.moderation.log import case_or_none
from shared.server.moderation.policies import policy
from shared.server.moderation.strikes import LASTS, points_for, strikes_of
from shared.server.moderation.subjects import person
from shared.server.moderation.tables import ReportRow
from shared.server.streams.service import StreamService

_Text = tuple[str, str]
"""English, then Dutch."""

_EFFECTS: dict[ActionKind, _Text] = {
    ActionKind.DELETE_MESSAGE: (
        "The message disappears for everyone; it stays as evidence.",
        "Het bericht verdwijnt voor iedereen; als bewijs blijft het bestaan.",
    ),
    ActionKind.WARN: (
        "{name} gets a warning with your statement.",
        "{name} krijgt een waarschuwing met je toelichting.",
    ),
    ActionKind.TIMEOUT: (
        "{name} cannot write anywhere {span}.",
        "{name} kan {span} nergens schrijven.",
    ),
    ActionKind.MUTE: (
        "{name} cannot write anywhere {span}.",
        "{name} kan {span} nergens schrijven.",
    ),
    ActionKind.RESTRICT: (
        "{name} cannot write or tip anywhere {span}.",
        "{name} kan {span} nergens schrijven of tips geven.",
    ),
    ActionKind.SUSPEND_STREAM: (
        "The stream of {name} leaves the air at once and nothing of it can be watched.",
        "De stream van {name} gaat direct uit de lucht en is niet meer te zien.",
    ),
    ActionKind.HOLD_PAYOUT: (
        "Earnings of {name} are not paid out {span}.",
        "Verdiensten van {name} worden {span} niet uitbetaald.",
    ),
    ActionKind.BAN: (
        "{name} is put out everywhere and cannot come back {span}.",
        "{name} wordt overal buitengezet en komt {span} niet terug.",
    ),
    ActionKind.NO_VIOLATION: (
        "Nothing happens to {name}; the case is closed.",
        "Er gebeurt niets met {name}; de zaak wordt gesloten.",
    ),
}
_OFF_AIR: _Text = ("{name} cannot stream {span}.", "{name} kan {span} niet streamen.")
_CLOSED: _Text = (
    "The account of {name} is closed and every session ends now.",
    "Het account van {name} wordt gesloten en elke sessie eindigt nu.",
)
_LIVE: _Text = (
    "{name} is on air now: the stream ends for all {count} viewers.",
    "{name} is nu live: de stream eindigt voor alle {count} kijkers.",
)
_STRIKE: _Text = (
    "{points} strike points are added for {days} days; {name} then has {total}.",
    "Er komen {points} strafpunten bij voor {days} dagen; {name} heeft er dan {total}.",
)
_REPORTERS: _Text = (
    "{count} reporters are told of the outcome.",
    "{count} melders horen de uitkomst.",
)
_APPEAL: _Text = (
    "{name} gets your statement and can appeal for six months.",
    "{name} krijgt je toelichting en kan zes maanden bezwaar maken.",
)
_UNKNOWN: _Text = ("the person", "de persoon")


class Consequences:
    """Previews of decisions; reading only."""

    def __init__(self, core: Core, streams: StreamService) -> None:
        self._core = core
        self._streams = streams

    async def preview(
        self, caller: Caller, case_id: str, body: PreviewRequest, *, is_dutch: bool
    ) -> Preview:
        """What the decision would do, in the order in which it happens.

        Raises:
            Refused: there is no such case.
        """
        now = self._core.clock.now()
        async with self._core.db.read() as db:
            case = await case_or_none(db, case_id)
            if case is None:
                raise not_found()
            user = await person(db, case.subject_user_id)
            strikes = await strikes_of(db, case.subject_user_id, now)
            stream = None if user is None else await self._streams.open_of(db, user.id)
            counted = select(func.count()).where(ReportRow.case_id == case_id)
            reporters = int((await db.execute(counted)).scalar_one())
        problem = None
        try:
            check_actions(body.actions, case, user, caller)
        except Refused as refused:
            problem = refused.nl if is_dutch else str(refused)
        name = user.display_name if user else _UNKNOWN[is_dutch]

        def say(text: _Text, **more: object) -> str:
            return text[is_dutch].format(name=name, **more)

        told: list[str] = []
        for action in body.actions:
            told += _effects(action, say, is_dutch=is_dutch)
        kinds = {action.kind for action in body.actions}
        if stream is not None and kinds & {ActionKind.BAN, ActionKind.SUSPEND_STREAM}:
            told.append(say(_LIVE, count=self._streams.view(stream).viewers))
        ground = policy(body.policy) if body.policy else None
        is_upheld = ActionKind.NO_VIOLATION not in kinds
        if is_upheld and user is not None:
            if ground is not None:
                points = points_for(ground)
                total = points + sum(strike.points for strike in strikes)
                days = LASTS[points].days
                told.append(say(_STRIKE, points=points, days=days, total=total))
            told.append(say(_APPEAL))
        if reporters:
            told.append(say(_REPORTERS, count=reporters))
        return Preview(consequences=told, problem=problem)


def _effects(action: ActionRequest, say: Callable[..., str], *, is_dutch: bool) -> list[str]:
    span = _span(action.duration_s, is_dutch=is_dutch)
    told = [say(_EFFECTS[action.kind], span=span)]
    if action.kind is ActionKind.SUSPEND_STREAM and action.duration_s is not None:
        told.append(say(_OFF_AIR, span=span))
    if action.kind is ActionKind.BAN and action.duration_s is None:
        told.append(say(_CLOSED))
    return told


def _span(duration_s: int | None, *, is_dutch: bool) -> str:
    if duration_s is None:
        return "totdat het wordt teruggedraaid" if is_dutch else "until it is taken back"
    length = timedelta(seconds=duration_s)
    if length >= timedelta(days=2):
        return f"{length.days} dagen lang" if is_dutch else f"for {length.days} days"
    if length >= timedelta(hours=2):
        hours = duration_s // 3600
        return f"{hours} uur lang" if is_dutch else f"for {hours} hours"
    minutes = duration_s // 60
    return f"{minutes} minuten lang" if is_dutch else f"for {minutes} minutes"
