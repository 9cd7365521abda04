"""Numbers and times as people read them."""

from __future__ import annotations

import time

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400


def count(number: int) -> str:
    """A whole number with thousands parted: `1,240`."""
    return f"{number:,}"


def plural(number: int, noun: str, nouns: str = "") -> str:
    """A count with its noun: `1 photo`, `1,240 photos`.

    Args:
        number: how many.
        noun: the word for one.
        nouns: the word for several, where an s is not enough.
    """
    return f"{count(number)} {noun if number == 1 else nouns or noun + 's'}"


def percent(share: float, digits: int = 1) -> str:
    """A share 0..1 in per cent: `94.8 %`."""
    return f"{100 * share:.{digits}f} %"


def interval(share_95: tuple[float, float] | None) -> str:
    """A 95 % interval of a share in whole per cent: `87 – 98`; empty for None."""
    return "" if share_95 is None else f"{100 * share_95[0]:.0f} – {100 * share_95[1]:.0f}"


def area_interval(area_95: tuple[float, float] | None) -> str:
    """A 95 % interval of an area under a curve: `0.91 – 0.98`; empty for None."""
    return "" if area_95 is None else f"{area_95[0]:.2f} – {area_95[1]:.2f}"


def duration(seconds: float) -> str:
    """A length of time with its two largest units: `< 1 s`, `8 s`, `5 min 36 s`, `2 h 5 min`, `3 d 4 h`."""
    whole = max(0, round(seconds))
    if whole == 0 < seconds:
        return "< 1 s"
    if whole < _MINUTE_S:
        return f"{whole} s"
    if whole < _HOUR_S:
        return _two(whole, _MINUTE_S, "min", 1, "s")
    if whole < _DAY_S:
        return _two(whole, _HOUR_S, "h", _MINUTE_S, "min")
    return _two(whole, _DAY_S, "d", _HOUR_S, "h")


def time_left(seconds: float | None) -> str:
    """The time left: `5 min 36 s left`; empty while nobody knows."""
    return "" if seconds is None else f"{duration(seconds)} left"


def ago(time_s: float, now_s: float | None = None) -> str:
    """When something was: `just now`, `5 min ago`, `2 h ago`, `yesterday`, `18 Nov`, `18 Nov 2025`.

    Args:
        time_s: seconds since 1970.
        now_s: the present; the clock's when omitted.
    """
    now = time.time() if now_s is None else now_s
    passed = now - time_s
    if -_DAY_S < passed < _MINUTE_S:  # a little ahead where two machines' clocks differ
        return "just now"
    if 0 < passed < _HOUR_S:
        return f"{int(passed // _MINUTE_S)} min ago"
    then, today = time.localtime(time_s), time.localtime(now)
    if (then.tm_year, then.tm_yday) == (today.tm_year, today.tm_yday):
        return f"{int(passed // _HOUR_S)} h ago"
    if 0 < passed < 2 * _DAY_S and then.tm_wday == (today.tm_wday - 1) % 7:
        return "yesterday"
    month = time.strftime("%b", then)
    return f"{then.tm_mday} {month}" + ("" if then.tm_year == today.tm_year else f" {then.tm_year}")


def file_size(size: int) -> str:
    """A number of bytes in the largest fitting unit: `17.2 MB`."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:.0f} B" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError("the loop returns")


def sentence_case(text: str) -> str:
    """The first letter large, the rest left alone."""
    return text[:1].upper() + text[1:]


def _two(whole: int, large: int, large_name: str, small: int, small_name: str) -> str:
    rest = whole % large // small
    return f"{whole // large} {large_name}" + (f" {rest} {small_name}" if rest else "")
