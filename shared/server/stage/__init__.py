"""StripSync actions, unlockables, duels, spin and achievements."""
