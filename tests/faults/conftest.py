"""Real engines for fault tests."""

from fakes.engines import engine, launch, runtime_dir

__all__ = ["engine", "launch", "runtime_dir"]
