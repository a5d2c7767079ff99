"""The part of jeepney that the studio uses."""

import enum
from dataclasses import dataclass

class MessageType(enum.Enum):
    method_call = 1
    method_return = 2
    error = 3
    signal = 4

class HeaderFields(enum.IntEnum):
    path = 1
    interface = 2
    member = 3

class Header:
    message_type: MessageType
    fields: dict[HeaderFields, object]

class Message:
    header: Header
    # Whatever its D-Bus signature says.
    body: tuple  # type: ignore[type-arg]

@dataclass
class DBusAddress:
    object_path: str
    bus_name: str | None = None
    interface: str | None = None

class MatchRule:
    def __init__(self, *, type: str | None = None, interface: str | None = None) -> None: ...

def new_method_call(
    remote_obj: DBusAddress, method: str, signature: str | None = None, body: object = ()
) -> Message: ...
