"""The extension that lets a client see events of others."""

FromServer: int
StartOfData: int
AllClients: int
