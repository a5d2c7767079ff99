"""Every area of the server, in the order in which they are built."""

from shared.server.accounts import AREA as ACCOUNTS
from shared.server.core import Area
from shared.server.operations import AREA as OPERATIONS

AREAS: tuple[Area, ...] = (
    OPERATIONS,
    ACCOUNTS,
)
