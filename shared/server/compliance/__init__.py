"""Compliance records."""
