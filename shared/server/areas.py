"""Every area of the server, in the order in which they are built."""

from shared.server.accounts import AREA as ACCOUNTS
from shared.server.admin import AREA as ADMIN
from shared.server.automod import AREA as AUTOMOD
from shared.server.compliance import AREA as COMPLIANCE
from shared.server.consent import AREA as CONSENT
from shared.server.core import Area
from shared.server.demo import AREA as DEMO
from shared.server.insights import AREA as INSIGHTS
from shared.server.moderation import AREA as MODERATION
from shared.server.operations import AREA as OPERATIONS
from shared.server.playback import AREA as PLAYBACK
from shared.server.privacy import AREA as PRIVACY
from shared.server.recordings import AREA as RECORDINGS
from shared.server.room import AREA as ROOM
from shared.server.show import AREA as SHOW
from shared.server.stage import AREA as STAGE
from shared.server.streams import AREA as STREAMS
from shared.server.teezer import AREA as TEEZER
from shared.server.wallet import AREA as WALLET

AREAS: tuple[Area, ...] = (
    OPERATIONS,
    ACCOUNTS,
    STREAMS,
    ROOM,
    PLAYBACK,
    RECORDINGS,
    SHOW,
    WALLET,
    INSIGHTS,
    STAGE,
    CONSENT,
    MODERATION,
    AUTOMOD,
    TEEZER,
    ADMIN,
    COMPLIANCE,
    PRIVACY,
    DEMO,
)
