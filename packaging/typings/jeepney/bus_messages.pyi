"""Calls of the bus itself."""

from jeepney import MatchRule, Message

class DBus:
    def AddMatch(self, rule: MatchRule) -> Message: ...

message_bus: DBus
