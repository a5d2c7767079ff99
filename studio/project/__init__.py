"""Scene documents: the model, its undoable edits and their crash-safe files. No Qt, no media."""
