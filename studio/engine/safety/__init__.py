"""What stands between the creator and the viewers: panic, freeze, delay, and what looks wrong."""

from studio.engine.safety.switch import Safety

__all__ = ["Safety"]
