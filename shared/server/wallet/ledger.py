"""The double-entry ledger: the only way tokens move."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Dialect, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ids import new_id
from shared.schemas.common import ErrorCode
from shared.schemas.wallet import EntryKind
from shared.server.db.database import Tx, per_dialect, upsert
from shared.server.http.errors import Refused, not_found
from shared.server.wallet.holds import check_free
from shared.server.wallet.tables import (
    LedgerAccountRow,
    LedgerEntryRow,
    LedgerTransactionRow,
)

PLATFORM = "platform"
PROCESSOR = "processor"
_EARNINGS = "earnings:"


def wallet_of(user_id: str) -> str:
    """The account a person spends from."""
    return f"wallet:{user_id}"


def earnings_of(user_id: str) -> str:
    """The account a creator's share goes to."""
    return f"{_EARNINGS}{user_id}"


@dataclass(frozen=True, slots=True)
class Move:
    """One entry to be: positive tokens come in, negative go out."""

    account: str
    tokens: int
    kind: EntryKind
    note: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """A transaction in the ledger, and each account's balance after it."""

    id: str
    balances: dict[str, int]


class Unbalanced(ValueError):
    """Entries that do not sum to zero: a defect of ours, nothing is written."""


_TRANSACTION = insert(LedgerTransactionRow)
_ENTRIES = insert(LedgerEntryRow)
_TAKE = (
    update(LedgerAccountRow)
    .where(
        LedgerAccountRow.id == bindparam("account"),
        LedgerAccountRow.balance >= bindparam("least"),
    )
    .values(balance=LedgerAccountRow.balance + bindparam("by"))
    .returning(LedgerAccountRow.balance)
)


@per_dialect
def _give(dialect: Dialect) -> Any:
    account = LedgerAccountRow
    by: BindParameter[int] = bindparam("by")
    statement = upsert(dialect, account).values(
        id=bindparam("account"), user_id=bindparam("owner"), balance=by
    )
    return statement.on_conflict_do_update(
        index_elements=[account.id], set_={"balance": account.balance + by}
    ).returning(account.balance)


def _owner(account: str) -> str | None:
    kind, separator, user_id = account.partition(":")
    return user_id if separator and kind in ("wallet", "earnings") else None


def _insufficient(balance: int, needed: int) -> Refused:
    return Refused(
        ErrorCode.INSUFFICIENT_TOKENS,
        f"You have {balance} tokens and this takes {needed}; buy tokens first.",
        f"Je hebt {balance} tokens en dit kost er {needed}; koop eerst tokens.",
        meta={"balance": balance, "needed": needed},
    )


async def post(
    tx: Tx, kind: EntryKind, moves: Sequence[Move], *, reverses: str | None = None
) -> Posted:
    """Write one transaction: all its entries, and the balances they lead to.

    Raises:
        Unbalanced: the entries do not sum to zero.
        Refused: an account would go below zero, or earnings that are on hold would leave.
    """
    moves = [move for move in moves if move.tokens]
    if not moves or sum(move.tokens for move in moves) != 0:
        raise Unbalanced("entries must sum to zero and move something")
    transaction_id = new_id()
    row = {"id": transaction_id, "kind": kind.value, "at": tx.now, "reverses": reverses}
    await tx.db.execute(_TRANSACTION, row)
    balances: dict[str, int] = {}
    rows = []
    # One order for all, so that two transactions cannot wait for each other's accounts.
    for move in sorted(moves, key=lambda each: each.account):
        balances[move.account] = await _change(tx, move)
        rows.append(
            {
                "id": new_id(),
                "transaction_id": transaction_id,
                "account_id": move.account,
                "kind": move.kind.value,
                "tokens": move.tokens,
                "balance_after": balances[move.account],
                "at": tx.now,
                "note": move.note,
            }
        )
    await tx.db.execute(_ENTRIES, rows)
    return Posted(transaction_id, balances)


async def _change(tx: Tx, move: Move) -> int:
    """Change one account's balance; the new one."""
    change: dict[str, Any] = {"account": move.account, "by": move.tokens}
    if move.tokens > 0 or move.account == PROCESSOR:
        change["owner"] = _owner(move.account)
        changed = await tx.db.execute(_give(tx.db.dialect), change)
        return int(changed.scalar_one())
    change["least"] = -move.tokens
    left: int | None = (await tx.db.execute(_TAKE, change)).scalar_one_or_none()
    if left is None:
        raise _insufficient(await balance(tx.db, move.account), -move.tokens)
    # A refund goes back to who paid, hold or not; anything else waits.
    if move.kind is not EntryKind.REVERSAL and move.account.startswith(_EARNINGS):
        await check_free(tx, move.account.removeprefix(_EARNINGS))
    return left


async def reverse(tx: Tx, transaction_id: str, note: str) -> Posted:
    """Take a transaction back by its opposite; a second time is refused by the database.

    Raises:
        Refused: there is no such transaction, or an account no longer holds what it got.
    """
    query = select(LedgerEntryRow.account_id, LedgerEntryRow.tokens).where(
        LedgerEntryRow.transaction_id == transaction_id
    )
    moves = [
        Move(account, -tokens, EntryKind.REVERSAL, note)
        for account, tokens in (await tx.db.execute(query))
    ]
    if not moves:
        raise not_found()
    return await post(tx, EntryKind.REVERSAL, moves, reverses=transaction_id)


async def balance(db: AsyncConnection, account: str) -> int:
    """What an account holds; 0 where it has never been used."""
    query = select(LedgerAccountRow.balance).where(LedgerAccountRow.id == account)
    return (await db.execute(query)).scalar_one_or_none() or 0


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """What is wrong with the ledger; all empty when it is whole."""

    unbalanced: tuple[str, ...]
    """Transactions whose entries do not sum to zero."""
    wrong_balances: tuple[str, ...]
    """Accounts whose balance is not the sum of their entries."""
    below_zero: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the ledger is whole."""
        return not (self.unbalanced or self.wrong_balances or self.below_zero)


async def check(db: AsyncConnection) -> LedgerCheck:
    """Go through the whole ledger."""
    total = func.sum(LedgerEntryRow.tokens)
    unbalanced = (
        select(LedgerEntryRow.transaction_id)
        .group_by(LedgerEntryRow.transaction_id)
        .having(total != 0)
    )
    sums = (
        select(LedgerEntryRow.account_id, total.label("total"))
        .group_by(LedgerEntryRow.account_id)
        .subquery()
    )
    wrong = (
        select(LedgerAccountRow.id)
        .outerjoin(sums, sums.c.account_id == LedgerAccountRow.id)
        .where(LedgerAccountRow.balance != func.coalesce(sums.c.total, 0))
    )
    below = select(LedgerAccountRow.id).where(
        LedgerAccountRow.balance < 0, LedgerAccountRow.id != PROCESSOR
    )
    return LedgerCheck(
        tuple((await db.execute(unbalanced)).scalars()),
        tuple((await db.execute(wrong)).scalars()),
        tuple((await db.execute(below)).scalars()),
    )
