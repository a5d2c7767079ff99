"""Between the console's state and its screens: state into widgets, intents into calls."""
