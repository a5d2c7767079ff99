"""Teezu Studio: the desktop app with which creators go live."""
