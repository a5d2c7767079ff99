"""Recordings of ended streams: kept where the creator wants it, played, deleted."""
