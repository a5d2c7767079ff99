"""For developers: `python -m shared.server.draft NAME` writes the next migration.

It compares the tables in `tables.py` with what the migrations make so far. Read and correct
what it wrote; then run the tests of `tests/shared/server/db`.
"""

import sys
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import UpgradeOps
from sqlalchemy import Connection, create_engine

from shared.server.db.base import Json, Moment
from shared.server.db.upgrade import head, run_migrations
from shared.server.tables import METADATA

_VERSIONS = Path(__file__).parent / "db" / "migrations" / "versions"


def _render(kind: str, item: Any, context: object) -> str | Literal[False]:
    if kind == "type" and isinstance(item, Moment):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, Json):
        return "sa.Text()"
    return False


def difference(connection: Connection) -> UpgradeOps:
    """What the connected database lacks of the declared tables."""
    context = MigrationContext.configure(connection, opts={"compare_type": False})
    found = produce_migrations(context, METADATA).upgrade_ops
    if found is None:
        raise RuntimeError("alembic compared nothing")
    return found


def draft(name: str, versions: Path = _VERSIONS) -> Path:
    """Write the next migration into `versions`; its path."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        last: str | None = None
        if any(versions.glob("v*.py")):
            run_migrations(connection)
            last = head()
        body = render_python_code(difference(connection), render_item=_render)
    engine.dispose()
    number = f"{int(last or 0) + 1:04d}"
    path = versions / f"v{number}_{name}.py"
    path.write_text(
        f'"""{name.replace("_", " ").capitalize()}."""\n\n'
        "import sqlalchemy as sa\nfrom alembic import op\n\n"
        f'revision = "{number}"\ndown_revision = {f"{last!r}" if last else None}\n\n\n'
        'def upgrade() -> None:\n    """Bring the schema up."""\n'
        + "\n".join(line for line in body.splitlines() if not line.strip().startswith("# ###"))
        + "\n"
    )
    return path


if __name__ == "__main__":
    print(draft(sys.argv[1]))  # noqa: T201 - a tool for the terminal
