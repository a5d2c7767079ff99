"""Every table of the server, imported so that tests can compare them with the migrations."""

from shared.server.accounts import security_tables as security
from shared.server.accounts import tables as accounts
from shared.server.admin import tables as admin
from shared.server.ai import tables as ai
from shared.server.automod import tables as automod
from shared.server.compliance import tables as compliance
from shared.server.consent import tables as consent
from shared.server.db.base import Base
from shared.server.http import tables as http
from shared.server.insights import tables as insights
from shared.server.moderation import evidence_tables as evidence
from shared.server.moderation import review_tables as review
from shared.server.moderation import tables as moderation
from shared.server.realtime import tables as realtime
from shared.server.recordings import tables as recordings
from shared.server.room import tables as room
from shared.server.show import tables as show
from shared.server.stage import tables as stage
from shared.server.streams import tables as streams
from shared.server.teezer import tables as teezer
from shared.server.wallet import payment_tables as payments
from shared.server.wallet import tables as wallet

TABLES = (
    accounts,
    security,
    admin,
    compliance,
    consent,
    insights,
    stage,
    http,
    realtime,
    streams,
    recordings,
    room,
    show,
    wallet,
    payments,
    moderation,
    review,
    evidence,
    automod,
    ai,
    teezer,
)
"""The modules that declare tables; add an area's own here."""

METADATA = Base.metadata
