"""The console's entry: `python -m console`, and the command `teezu-console`."""

from console.app import main

__all__ = ["main"]

if __name__ == "__main__":
    raise SystemExit(main())
