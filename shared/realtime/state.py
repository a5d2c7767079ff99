"""How the connection to the server is, for whoever shows it."""

from dataclasses import dataclass
from enum import StrEnum

from shared.errors import AppError


class ConnectionState(StrEnum):
    """Where the connection is; `REVOKED` and `CLOSED` are final."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    REVOKED = "revoked"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Connection:
    """The connection's state; `error` says why it is not up, `retry_in_s` when it is tried next."""

    state: ConnectionState
    error: AppError | None = None
    tries: int = 0
    retry_in_s: float | None = None

    @property
    def is_up(self) -> bool:
        """Whether events arrive now."""
        return self.state is ConnectionState.CONNECTED
