"""The Intelligence Hub's figures on the wire."""

from pydantic import Field

from shared.schemas.common import Resource, Timestamp
from shared.schemas.moods import Mood


class HubUsers(Resource):
    """All accounts; the change is this week's sign-ups against those before it, in percent."""

    total: int
    week_change_percent: float


class HubStreams(Resource):
    """Streams on air and those watching them."""

    active: int
    viewers: int


class HubRevenue(Resource):
    """Tokens spent in the last 24 hours against the target."""

    tokens_24h: int
    target_tokens: int
    fee_tokens_24h: int


class HubReports(Resource):
    """Cases waiting, and how long the decided ones of the last 7 days took."""

    pending: int
    average_action_s: float | None = None
    p50_action_s: float | None = None
    p90_action_s: float | None = None


class Hub(Resource):
    """What an admin sees at a glance; `mood` holds shares over live rooms (sum 1, or all 0)."""

    at: Timestamp
    users: HubUsers
    streams: HubStreams
    revenue: HubRevenue
    reports: HubReports
    mood: dict[Mood, float] = Field(default_factory=dict)


class HealthPart(Resource):
    """One part of the server and how it is."""

    name: str
    ok: bool
    detail: str = ""


class Health(Resource):
    """Whether the server can do its work, part by part."""

    ok: bool
    version: str
    demo: bool = False
    parts: list[HealthPart] = []
