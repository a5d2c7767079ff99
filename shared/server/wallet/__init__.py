"""Money: the ledger, purchases and tips."""
