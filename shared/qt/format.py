"""Numbers, amounts and times as people read them, in the language in force."""

from datetime import datetime

from shared.qt.translations import current_language, tr_n


def number(value: float, *, decimals: int = 0) -> str:
    """A number with thousands separators: 12,450 in English, 12.450 in Dutch."""
    text = f"{value:,.{decimals}f}"
    if current_language() == "nl":
        return text.translate(str.maketrans(",.", ".,"))
    return text


def tokens(amount: int) -> str:
    """An amount of tokens in words."""
    return tr_n("{amount} token", "{amount} tokens", amount, amount=number(amount))


def clock_time(moment: datetime) -> str:
    """The time of day on this machine's clock, as 21:07."""
    return moment.astimezone().strftime("%H:%M")


def duration(seconds: float) -> str:
    """A running time as 04:05 or 1:04:05."""
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02}:{rest:02}"
    return f"{minutes:02}:{rest:02}"


def percent(share: float) -> str:
    """A share of 1 as a whole percentage."""
    return f"{round(share * 100)} %"
