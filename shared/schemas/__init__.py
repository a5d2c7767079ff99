"""The wire contract as pydantic models, one file per area. Imports pydantic only."""
