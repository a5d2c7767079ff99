"""Streams: going live, keys, playback and who watches."""
