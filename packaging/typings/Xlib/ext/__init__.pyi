"""Extensions of the X protocol."""
