"""What happened at the desk: questions a day, how they were answered, what is asked most, as plots, tables and CSV."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import escape

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from assistant.reports import Asked, Day, Figures, figures
from web import pages
from web.pages import Editor, Shown
from web.texts import texts_of

router = APIRouter()
SPANS = (7, 30, 90)
OUTCOMES = ("direct", "grounded", "unsupported", "degraded", "no_knowledge", "stopped")


@router.get("/desk/dashboard")
async def dashboard(user: Editor, language: Shown, days: int = 30) -> HTMLResponse:
    """The figures of the last `days` days."""
    window, texts = pages.opened(), texts_of("dashboard", language)
    found = figures(window.desk.journal, _since(days))
    spans = "".join(
        f'<a href="?days={span}"{" aria-current=page" if span == days else ""}>{texts["days"].format(n=span)}</a>'
        for span in SPANS
    )
    parts = [f'<div class="bar"><nav>{spans}</nav><a href="/desk/dashboard.csv?days={days}">{texts["csv"]}</a></div>']
    if window.conversations.lost:
        parts.append(f'<p class="alert">{texts["lost"].format(n=window.conversations.lost)}</p>')
    if not found.turns:
        return pages.page(texts["title"], [*parts, f'<p class="quiet">{texts["none"]}</p>'], language, "dashboard")
    parts += [_tiles(found, texts), _plots(found, texts, days), _tables(found, texts)]
    return pages.page(texts["title"], parts, language, "dashboard")


@router.get("/desk/dashboard.csv")
async def export(user: Editor, language: Shown, days: int = 30) -> Response:
    """The turns behind the figures; a cell that a spreadsheet would run as a formula is defused."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("at", "user", "question", "query", "outcome", "reason", "citations", "total_ms", "model"))
    for turn in pages.opened().desk.journal.turns(_since(days)):
        row = (turn.at, turn.user, turn.question, turn.query, turn.outcome, turn.reason, " | ".join(turn.citations),
               str(turn.timings.get("total", "")), turn.model)  # fmt: skip
        writer.writerow(defused(cell) for cell in row)
    name = f"deskmate-{datetime.now(UTC):%Y%m%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def defused(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.lstrip()[:1] in ("=", "+", "-", "@") or cell[:1] in ("\t", "\r") else cell


def _since(days: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=min(max(days, 1), 3660))


def _tiles(found: Figures, texts: Mapping[str, str]) -> str:
    tiles = (
        (texts["questions"], str(found.turns)),
        (texts["agents"], str(found.users)),
        (texts["deflected"], f"{found.deflection:.0%}"),
        (texts["handed"], f"{found.handover:.0%}"),
        (texts["first"], _seconds(found.first_token.p50, found.first_token.p95)),
        (texts["total"], _seconds(found.total.p50, found.total.p95)),
    )
    shown = "".join(f"<div><b>{value}</b><span>{name}</span></div>" for name, value in tiles)
    return f'<div class="tiles">{shown}</div>'


def _seconds(p50: float, p95: float) -> str:
    return f"{_short(p50)} / {_short(p95)} s" if p95 else "–"


def _short(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.{1 if milliseconds >= 100 else 2}f}"


def _plots(found: Figures, texts: Mapping[str, str], days: int) -> str:
    total = max(found.turns, 1)
    shares = "".join(
        f'<div class="share"><span>{texts[name]}</span>'
        f'<i><b class="o-{name}" style="width:{100 * count / total:.1f}%"></b></i>'
        f"<em>{count} · {count / total:.0%}</em></div>"
        for name in OUTCOMES
        if (count := found.outcomes.get(name, 0))
    )
    columns = pages.section(texts["per_day"], _columns(found.days, texts, min(days, 60)))
    return f'<div class="two">{columns}{pages.section(texts["shares"], shares)}</div>'


def _columns(found: Sequence[Day], texts: Mapping[str, str], days: int) -> str:
    """One column a day, its outcomes stacked, as SVG."""
    by_date = {day.date: day for day in found}
    today = datetime.now().astimezone().date()
    dates = [(today - timedelta(days=back)).isoformat() for back in reversed(range(days))]
    highest = max((day.turns for day in found), default=1)
    width, height, columns = 600 / days, 190, []
    for index, date in enumerate(dates):
        top = float(height)
        for name in OUTCOMES if date in by_date else ():
            count = by_date[date].outcomes.get(name, 0)
            size = count * (height - 14) / highest
            top -= size
            columns.append(
                f'<rect class="o-{name}" x="{(index + 0.12) * width:.1f}" y="{top:.1f}" '
                f'width="{width * 0.76:.1f}" height="{size:.1f}">'
                f"<title>{date} · {escape(texts[name])}: {count}</title></rect>"
            )
    return (
        f'<svg viewBox="0 0 600 {height}" role="img" aria-label="{escape(texts["per_day"])}">{"".join(columns)}'
        f'<line x1="0" y1="{height}" x2="600" y2="{height}"/></svg><p class="bar quiet"><span>{dates[0][5:]}</span>'
        f"<span>{texts['most'].format(n=highest)}</span><span>{dates[-1][5:]}</span></p>"
    )


def _tables(found: Figures, texts: Mapping[str, str]) -> str:
    def asked(rows: Sequence[Asked], unit: str, shown: Callable[[int], str]) -> str:
        cells = ((row.question, shown(row.count), texts.get(row.outcome, row.outcome)) for row in rows)
        return pages.table((texts["question"], texts[unit], texts["outcome"]), cells)

    marks = (
        (texts.get(kind, kind), str(count)) for kind, count in sorted(found.marks.items(), key=lambda item: -item[1])
    )
    causes = ((texts.get(cause.name, cause.name), str(cause.count), cause.example) for cause in found.causes)
    return "".join(
        (
            pages.section(texts["asked"], asked(found.asked, "count", str)),
            pages.section(texts["slow"], asked(found.slowest, "seconds", _short)),
            '<div class="two">',
            pages.section(texts["marks"], pages.table(("", texts["count"]), marks)),
            pages.section(texts["causes"], pages.table(("", texts["count"], texts["example"]), causes)),
            "</div>",
        )
    )
