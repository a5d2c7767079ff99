"""Rooms, the feed log, and its way to the sockets."""
