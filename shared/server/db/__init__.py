"""The database: engines, transactions, column types and migrations."""
