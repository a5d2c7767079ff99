"""The X protocol's wire format."""
