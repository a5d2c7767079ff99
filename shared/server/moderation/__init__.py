"""Moderation: reports, cases, leases, decisions and the audit chain."""

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.roles import Permission
from shared.server.accounts.service import AccountService
from shared.server.core import Area, Core, Services
from shared.server.http.errors import forbidden
from shared.server.http.sessions import Caller
from shared.server.ingest.hls import HlsStore
from shared.server.moderation import endpoints, review_endpoints
from shared.server.moderation.actions import Actions
from shared.server.moderation.appeals import Appeals
from shared.server.moderation.banned import Banned
from shared.server.moderation.chargebacks import Chargebacks
from shared.server.moderation.clips import Clips
from shared.server.moderation.consequences import Consequences
from shared.server.moderation.decisions import Decisions
from shared.server.moderation.evasion import Evasion
from shared.server.moderation.evidence import Evidence
from shared.server.moderation.exhibits import Exhibits
from shared.server.moderation.expiry import Expiry
from shared.server.moderation.figures import Figures
from shared.server.moderation.leases import Leases
from shared.server.moderation.measures import measures
from shared.server.moderation.queue import Queue
from shared.server.moderation.reports import Reports
from shared.server.moderation.retention import Retention
from shared.server.moderation.reversals import Reversals
from shared.server.moderation.second_looks import SecondLooks
from shared.server.moderation.standing import Standing
from shared.server.moderation.statements import Statements
from shared.server.moderation.streams import Supervision
from shared.server.moderation.suspension import Suspension
from shared.server.moderation.trail import Trail
from shared.server.operations.alerts import Alerts
from shared.server.realtime.registry import RoomKind, empty_snapshot
from shared.server.room.restrictions import Restrictions
from shared.server.room.service import RoomService
from shared.server.streams.service import StreamService
from shared.server.wallet.payments import Payments


async def _moderators(db: AsyncConnection, caller: Caller, room: str) -> None:
    if not caller.may(Permission.MODERATE):
        raise forbidden()


def _build(core: Core, services: Services) -> None:
    streams = services.get(StreamService)
    actions = Actions(
        measures(
            core,
            rooms=services.get(RoomService),
            restrictions=services.get(Restrictions),
            accounts=services.get(AccountService),
            streams=streams,
        )
    )
    reversals = Reversals(core, actions)
    decisions = Decisions(core, actions, streams)
    expiry = Expiry(core, reversals)
    reports = Reports(core)
    services.add(reports)
    evasion = Evasion(core, reports)
    services.add(evasion)
    services.get(AccountService).on_entered(evasion.entered)
    services.get(Payments).on_changed(Chargebacks(evasion, reports).changed)
    services.add(Queue(core))
    services.add(Leases(core))
    services.add(reversals)
    services.add(decisions)
    services.add(Suspension(core, decisions, streams))
    appeals, statements = Appeals(core, reversals), Statements(core)
    services.add(appeals)
    services.add(statements)
    services.add(Banned(core, appeals, statements))
    services.add(Evidence(core))
    exhibits = Exhibits(core, services.get(Alerts))
    services.add(exhibits)
    clips = Clips(core, services.get(HlsStore), exhibits)
    services.add(clips)
    retention = Retention(core, exhibits)
    services.add(retention)
    services.run("evidence is kept so long", retention.run)
    services.run("clips are kept", clips.run)
    services.add(SecondLooks(core))
    services.add(Figures(core, services.get(AccountService)))
    services.add(Consequences(core, streams))
    services.add(Standing(core))
    services.add(Supervision(core, streams))
    services.add(Trail(core))
    services.add(expiry)
    services.run("claims and actions run out", expiry.run)
    services.run("old traces are forgotten", evasion.run)
    core.rooms.add("mod", RoomKind(_moderators, empty_snapshot))


AREA = Area("moderation", _build, (endpoints.ROUTER, review_endpoints.ROUTER))
