"""Dates as people and exports write them."""

import re
from datetime import UTC, date, datetime, timedelta

_NUMBERS = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")
_NAMED = re.compile(
    r"(?i)\b(?:(\d{1,2})(?:st|nd|rd|th)?\s+)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})\b"
)
_LAST_YEAR = re.compile(r"(?<!\d)(\d{1,2})([/.])(\d{1,2})\2(\d{4})(?!\d)")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d)")
_AFTERNOON = re.compile(r"(?i)下午|晚上|\d\s*pm\b")
_MORNING = re.compile(r"(?i)上午|凌晨|\d\s*am\b")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EXCEL_EPOCH = date(1899, 12, 30)


def read_date(text: str) -> date | None:
    """The first date in `text`, None without one: 2026-11-02, 2026年11月2日, 20261102, Nov 2, 2026, a timestamp."""
    if found := _NUMBERS.search(text) or _COMPACT.search(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NAMED.search(text):
        return _date(int(found[4]), _MONTHS.index(found[2].lower()) + 1, int(found[1] or found[3] or 1))
    if found := _LAST_YEAR.search(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        day_first = first > 12 or found[2] == "."
        return _date(year, second, first) if day_first else _date(year, first, second)
    return _from_number(text.strip())


def read_moment(text: str) -> datetime | None:
    """The date in `text` with its time of day, midnight when it has none."""
    day = read_date(text)
    if day is None:
        return None
    if re.fullmatch(r"\d{10}|\d{13}", text.strip()):
        return datetime.fromtimestamp(int(text.strip()[:10]), UTC).replace(tzinfo=None)
    clock = _CLOCK.search(text)
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    if _AFTERNOON.search(text) and hour < 12:
        hour += 12
    elif _MORNING.search(text) and hour == 12:
        hour = 0
    return datetime(day.year, day.month, day.day, hour % 24, minute % 60, second % 60)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _from_number(text: str) -> date | None:
    """A Unix timestamp, or the day number that Excel leaves behind when a date column lost its format."""
    if re.fullmatch(r"1\d{9}|1\d{12}", text):
        return datetime.fromtimestamp(int(text[:10]), UTC).date()
    if re.fullmatch(r"[34]\d{4}|5[0-5]\d{3}", text):
        return _EXCEL_EPOCH + timedelta(days=int(text))
    return None
