"""Consent log and safe words."""
