"""Figures of creators."""
