"""Between the studio's services and its widgets: state out to the widgets, intents back in.

No widget talks to the network or the engine; what is here does, through the services it is given.
"""
