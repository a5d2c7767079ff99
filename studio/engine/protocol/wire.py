"""The base of everything on the engine's socket, and its limits."""

from pydantic import BaseModel, ConfigDict, Field

PROTOCOL_VERSION = 1
MAX_LINE_BYTES = 8 * 1024 * 1024


class Wire(BaseModel):
    """Base of everything on the socket."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class EngineAddress(Wire):
    """The address file: where the engine listens and what proves that a client may speak."""

    protocol: int
    pid: int
    host: str
    port: int
    token: str = Field(repr=False)
