"""`teezu-server simulate`: viewers who chat, vote and tip, and who notice every lost event."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from shared.errors import AppError
from shared.server.simulator.accounts import read_accounts
from shared.server.simulator.crowd import Crowd
from shared.server.simulator.plan import Rates

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Run the crowd; the last line of the output is one JSON object.

    The exit code is 0 when every viewer entered and got everything once and in order, 1 when not,
    and 2 when the crowd could not begin.
    """
    options = _parser().parse_args(argv)
    rates = Rates(
        viewers=options.viewers,
        messages_per_s=options.messages_per_s,
        tips_per_min=options.tips_per_min,
        duration_s=options.duration,
    )
    try:
        accounts = read_accounts(options.accounts)
        crowd = Crowd(options.http, accounts, rates, seed=options.seed)
        figures = asyncio.run(crowd.run(options.creator))
    except AppError as failure:
        sys.stderr.write(f"teezu-server simulate: {failure}\n")
        return 2
    sys.stdout.write(json.dumps(figures) + "\n")
    sound = not (figures["lost"] or figures["duplicated"] or figures["out_of_order"])
    return 0 if sound and figures["joined"] == rates.viewers else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="teezu-server simulate",
        description="Fill a live room with viewers and check that each gets everything once.",
    )
    parser.add_argument("--http", required=True, metavar="URL", help="the server's address")
    parser.add_argument("--creator", required=True, metavar="NAME", help="whose live room")
    parser.add_argument("--accounts", required=True, type=Path, metavar="FILE",
                        help="demo-accounts.json of the server's data folder")  # fmt: skip
    parser.add_argument("--viewers", type=_count, default=10, metavar="N")
    parser.add_argument("--messages-per-s", type=_rate, default=2.0, metavar="R")
    parser.add_argument("--tips-per-min", type=_rate, default=6.0, metavar="T")
    parser.add_argument("--duration", type=_rate, default=30.0, metavar="S", help="seconds")
    parser.add_argument("--seed", type=int, default=1, help="the same seed says the same things")
    return parser


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 10_000:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and 10000")
    return value


def _rate(text: str) -> float:
    value = float(text)
    if not 0.0 <= value <= 86_400.0:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 86400")
    return value
