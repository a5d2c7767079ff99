"""Constants of the X protocol."""

KeyPress: int
ShiftMask: int
ControlMask: int
Mod1Mask: int
Mod4Mask: int
