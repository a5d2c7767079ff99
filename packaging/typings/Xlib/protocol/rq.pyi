"""Replies and events."""

class DictWrapper:
    category: int
    client_swapped: bool
    data: bytes

class Event:
    type: int
    detail: int
    state: int

class EventField:
    def __init__(self, name: str | None) -> None: ...
    def parse_binary_value(
        self, data: bytes, display: object, length: None, format: None
    ) -> tuple[Event, bytes]: ...
