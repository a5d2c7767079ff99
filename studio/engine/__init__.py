"""The engine: captures, composes, mixes, encodes, records and publishes, in its own process.

The window uses `studio.engine.client` and `studio.engine.protocol` only; they import no media
library.
"""
