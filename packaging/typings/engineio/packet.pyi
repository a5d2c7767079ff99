"""The part of python-engineio's packets that the server uses; the library ships no types."""

from typing import Any

MESSAGE: int

class Packet:
    packet_type: int
    data: Any
    def __init__(
        self, packet_type: int = ..., data: Any = None, encoded_packet: Any = None
    ) -> None: ...
