"""What an operator may set: from the command line, then the environment (`TEEZU_...`)."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The server's settings; every field may be given as the variable `TEEZU_<FIELD>`.

    `admin.config` alone changes some of them while the server runs.
    """

    model_config = SettingsConfigDict(env_prefix="TEEZU_", extra="ignore")

    data: Path = Path("data")
    """The folder of everything that must survive a restart."""
    database_url: str = ""
    """A PostgreSQL address for more than one machine; empty means SQLite in `data`."""
    redis_url: str = ""
    """A Redis address that lets several processes over one database hear of each other."""
    secret: SecretStr = SecretStr("")
    """64 hexadecimal digits that all processes over one database share: stream keys and signed
    addresses derive from it. Empty means one of the data folder's own."""
    store_url: str = ""
    """An object store for segments, thumbnails, evidence and backups (`s3://bucket/prefix` or
    `file:///folder`); empty means the data folder."""
    store_endpoint: str = ""
    """The address of an S3 store of one's own; empty means Amazon's."""
    store_region: str = "us-east-1"
    store_access_key: SecretStr = SecretStr("")
    store_secret_key: SecretStr = SecretStr("")
    ingest_url: str = ""
    """Where publishers reach us from outside; empty means the address we listen on."""
    ingest_hook_secret: SecretStr = SecretStr("")
    """What external media servers show when they ask who may publish; empty lets none ask."""
    ingest_hook_from: tuple[str, ...] = ()
    """Networks, besides this machine, from which they may ask, such as `10.0.0.0/24`."""
    ingest_control: Literal["", "nginx-rtmp", "mediamtx", "srs"] = ""
    """Which media server is told to hang up when a stream panics, is suspended or ends."""
    ingest_control_url: str = ""
    """Where its control answers, such as `http://127.0.0.1:8080`."""
    ingest_control_app: str = "live"
    """The application (of MediaMTX: the first part of the path) that is published to."""
    ingest_control_user: str = ""
    ingest_control_password: SecretStr = SecretStr("")
    """For a control that asks for a name and password."""
    demo: bool = False
    """Whether demo accounts are made and named in the health report."""
    demo_size: Literal["small", "large"] = "small"
    """`large` also makes half a year of a grown platform; that takes some minutes once."""

    limits: Literal["standard", "off"] = "standard"
    """`off` lifts the rate limits: for tests and benchmarks on one machine only."""
    requests_per_minute: int = Field(default=100, ge=1)
    """Per session, or per address for requests without one."""
    address_requests_per_minute: int = Field(default=1200, ge=1)
    """Per address over all its sessions."""
    media_requests_per_minute: int = Field(default=600, ge=1)
    """Playlists and segments, counted apart: a viewer fetches about two a second."""
    logins_per_minute: int = Field(default=10, ge=1)
    """Per address and account."""
    max_body_bytes: int = Field(default=1_048_576, ge=1024)
    header_timeout_s: int = Field(default=20, ge=1, le=300)
    """How long a connection may take to send the headers of a request."""
    body_timeout_s: int = Field(default=30, ge=1, le=600)
    """How long a request's body may take to arrive."""
    trusted_origins: tuple[str, ...] = ()
    """Origins besides our own whose pages may write with the cookie."""
    trust_proxy: bool = False
    """Whether `X-Forwarded-For` names the client: only behind a proxy that sets it."""

    session_rolling_s: int = Field(default=24 * 3600, ge=60)
    session_absolute_s: int = Field(default=30 * 24 * 3600, ge=60)
    password_cost: int = Field(default=12, ge=4, le=16)
    """bcrypt's cost; 12 takes about 215 ms. Lower only in tests."""
    password_threads: int = Field(default=2, ge=1, le=16)

    fee_percent: int = Field(default=20, ge=0, le=100)
    """The platform's share of every tip."""
    payment_processor: str = ""
    """Who takes payments, as `package.module:factory`; empty for the test processor."""
    revenue_target_tokens: int = Field(default=10_000, ge=1)
    """What the hub measures the last 24 hours against."""

    evidence_days: int = Field(default=365, ge=1)
    """How long sealed evidence is kept after the decision, or after its last hold ended."""
    evidence_max_mb: int = Field(default=20_480, ge=1)
    """The room for evidence; when it is full, new clips are not kept, and the admins are told."""

    recordings: bool = True
    """Whether creators may keep recordings of their streams; each stream asks for its own."""
    recordings_days: int = Field(default=30, ge=1)
    """How long a recording is kept."""
    recordings_max_mb: int = Field(default=20_480, ge=1)
    """The room for recordings; when it is full, nothing more is recorded until some are gone."""

    backups: int = Field(default=14, ge=1)
    """How many backups are kept."""
    backup_hours: int = Field(default=24, ge=1)
    """How often one is made by itself."""

    ai_url: str = ""
    """An OpenAI-compatible endpoint (`https://host/v1`) that may write texts; empty for none."""
    ai_model: str = ""
    ai_key: SecretStr | None = None
    """The endpoint's key; better in the environment (`TEEZU_AI_KEY`) than on a command line."""
    ai_timeout_s: float = Field(default=10.0, gt=0, le=60)

    case_lease_s: int = Field(default=300, ge=1)
    """How long a moderator's claim on a case holds without being renewed."""

    second_look_percent: int = Field(default=10, ge=0, le=100)
    """How many of a hundred decisions are drawn for a look by somebody else."""

    picture_check_s: int = Field(default=15, ge=0, le=3600)
    """How often a picture of each broadcast is checked; 0 never."""
    picture_check: str = ""
    """Another check of pictures than the built-in one, as `package.module:factory`."""

    frames_per_second: int = Field(default=20, ge=1, le=60)
    """How often one room may send a frame of events."""
    client_queue_frames: int = Field(default=200, ge=8)
    """Frames one slow client may have waiting before it is told to resync."""
    missed_events: int = Field(default=1000, ge=1)
    """How many events behind a client may be and still get them instead of a snapshot."""
