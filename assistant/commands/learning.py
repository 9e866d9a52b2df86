"""`kb gaps`, `kb stale`, `kb report`: what the desk learned this week, for editors and for the manager."""

import argparse
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli import Subparsers, UsageError, command, tell
from assistant.settings import load_settings
from knowledge.checking import check
from knowledge.errors import IndexFault

if TYPE_CHECKING:
    from assistant.gaps import Gap

SPANS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
QUARTER = timedelta(days=91)


def register(subparsers: Subparsers) -> None:
    """Add the three commands."""
    gaps = command(subparsers, "gaps", "what was asked and not answered; writes drafts", _gaps)
    gaps.add_argument("--since", default="7d", metavar="SPAN", help="12h, 7d, 4w or a date as 2026-11-01 (default 7d)")
    gaps.add_argument("--top", type=int, default=10, metavar="N", help="how many (default 10; 0: all)")
    gaps.add_argument("--no-drafts", action="store_true", help="write no files into kb_sources/_drafts/")
    command(subparsers, "stale", "entries that a change, a date or agents contradict", _stale)
    report = command(subparsers, "report", "one page for the manager", _report)
    span = report.add_mutually_exclusive_group()
    span.add_argument("--today", dest="span", action="store_const", const="today")
    span.add_argument("--week", dest="span", action="store_const", const="week", help="the last seven days (default)")
    span.add_argument("--quarter", dest="span", action="store_const", const="quarter", help="the last 91 days")
    report.add_argument("--html", type=Path, metavar="FILE", help="also write a page with plots that opens offline")
    report.add_argument("--language", choices=("zh", "en"), help="default: the setting language")
    report.set_defaults(span="week")


def _gaps(args: argparse.Namespace) -> None:
    """List gaps and write their drafts."""
    from assistant.gaps import find_gaps
    from assistant.learning import learn, write_drafts
    from assistant.wiring import open_journal, open_knowledge

    settings = load_settings(args.home)
    since = read_span(args.since)
    with closing(open_journal(settings)) as journal, closing(open_knowledge(settings)) as knowledge:
        gaps = find_gaps(journal, knowledge.embedder, since)[: args.top or None]
        drafts = {} if args.no_drafts else write_drafts(settings.sources, gaps)
        learned = learn(settings.sources, journal, settings.journal_days) if settings.learn else 0
    told = [{**asdict(gap), "draft": str(drafts.get(gap.question, ""))} for gap in gaps]
    lines = [line for place, gap in enumerate(gaps, 1) for line in _gap_lines(place, gap, drafts.get(gap.question))]
    found = {"since": since.isoformat(), "gaps": told, "learned": learned}
    tell(args, found, *(lines or ["no gaps in this time"]))


def _gap_lines(place: int, gap: "Gap", draft: Path | None) -> Iterator[str]:
    kinds = ", ".join(f"{kind} {count}" for kind, count in gap.kinds.items())
    yield f"{place:3}. {gap.count:4}x  {gap.question}  ({kinds})"
    for question in [one for one in gap.questions if one != gap.question][:3]:
        yield f"           {question}"
    if gap.proposed:
        yield f"         → {' '.join(gap.proposed.split())[:100]}"
    if draft:
        yield f"         ✎ {draft}"


def read_span(span: str) -> datetime:
    """The moment that "7d", "12h", "4w" or "2026-11-01" means. Raises UsageError."""
    if found := re.fullmatch(r"(\d{1,4})([hdw])", span):
        return datetime.now(UTC) - int(found[1]) * SPANS[found[2]]
    try:
        return datetime.combine(date.fromisoformat(span), datetime.min.time()).astimezone()
    except ValueError as fault:
        raise UsageError(f"--since {span}: not a span; write 12h, 7d, 4w or a date as 2026-11-01") from fault


def _stale(args: argparse.Namespace) -> int:
    """List entries to look at; 1 when there are some."""
    from assistant.staleness import find_stale
    from assistant.wiring import open_journal, open_knowledge

    settings = load_settings(args.home)
    problems = check(settings.sources, today=date.today()).problems
    with closing(open_journal(settings)) as journal, closing(open_knowledge(settings)) as knowledge:
        found = find_stale(knowledge.entries(), problems, journal, datetime.now(UTC) - QUARTER)
    lines = [
        f"{one.reason:12} {one.source}:{one.line}  {one.title}\n"
        f"{'':12} {one.because}{f' ({one.since})' if one.since else ''}"
        for one in found
    ]
    tell(args, {"stale": [asdict(one) for one in found]}, *(lines or ["nothing stale"]))
    return int(bool(found))


def _report(args: argparse.Namespace) -> None:
    """Print the report; with --html write its page too."""
    from assistant.gaps import find_gaps
    from assistant.report_page import as_html, as_text
    from assistant.reports import figures, freshness
    from assistant.wiring import open_journal, open_knowledge

    settings = load_settings(args.home)
    now = datetime.now().astimezone()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    since = {"today": midnight, "week": now - SPANS["w"], "quarter": now - QUARTER}[args.span]
    with closing(open_journal(settings)) as journal, closing(open_knowledge(settings)) as knowledge:
        told = figures(journal, since)
        gaps = find_gaps(journal, knowledge.embedder, since)[:10]
        try:
            fresh = freshness(knowledge.entries(), date.today())
        except IndexFault:
            fresh = ()
    language = args.language or settings.language
    if args.html:
        args.html.write_text(as_html(told, fresh, gaps, language), encoding="utf-8")
    fields = {"freshness": [asdict(one) for one in fresh], "gaps": [asdict(gap) for gap in gaps]}
    tell(args, {**asdict(told), **fields}, as_text(told, fresh, gaps, language))
