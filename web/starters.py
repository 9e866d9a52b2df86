"""The questions on the empty page: what was asked most in the last 30 days, by category; at first, the FAQ itself."""

import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

from assistant.wiring import Desk
from assistant.wording import language_of
from web.texts import Language

WINDOW = timedelta(days=30)
CATEGORIES = 5  # more do not fit one line beside the phone
PER_CATEGORY = 4
FRESH = 60.0  # seconds: the page asks three times per load, the answer changes by the day
_kept: dict[tuple[int, str, Language], tuple[float, list[tuple[str, list[str]]]]] = {}


def by_category(desk: Desk, language: Language) -> list[tuple[str, list[str]]]:
    """Up to five categories with up to four questions each, most asked first."""
    key = (id(desk), desk.knowledge.generation, language)
    made, result = _kept.get(key, (0.0, []))
    if time.monotonic() - made > FRESH or not result:
        result = _collect(desk, language)
        _kept.clear()
        _kept[key] = (time.monotonic(), result)
    return result


def _collect(desk: Desk, language: Language) -> list[tuple[str, list[str]]]:
    asked = Counter(
        record.entry_ids[0]
        for record in desk.journal.turns(since=datetime.now(UTC) - WINDOW)
        if record.entry_ids and record.outcome in ("direct", "grounded", "degraded")
    )
    categories: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for entry in desk.knowledge.entries():
        if entry.layer == "faq" and entry.kind == "faq" and entry.category and language_of(entry.title) == language:
            categories[entry.category.split(" / ")[-1]].append((asked[entry.id], entry.title))
    ranked = sorted(categories.items(), key=lambda item: (-sum(count for count, _ in item[1]), -len(item[1])))
    return [
        (category, [title for _, title in sorted(found, key=lambda pair: -pair[0])[:PER_CATEGORY]])
        for category, found in ranked[:CATEGORIES]
    ]
