"""The AI on the server: guardrails in and out, language, retrieval from a creator's own words."""
