"""Rooms: chat, and who may not take part."""
