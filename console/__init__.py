"""Teezu Console: the desktop app with which moderators and admins keep the platform safe."""
