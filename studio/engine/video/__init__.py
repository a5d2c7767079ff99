"""Pictures: composition in I420, the tick thread and the encoder thread."""
