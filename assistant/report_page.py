"""The report as text for the terminal and as one HTML page with plots, in Chinese or English; it loads nothing."""

from collections.abc import Mapping, Sequence
from html import escape

from assistant.gaps import Gap
from assistant.reports import Figures, Freshness, Speed
from assistant.wording import words_of

COLOURS = {"direct": "#2f7d5b", "grounded": "#4c8dae", "degraded": "#c9a227", "no_knowledge": "#b5533c"}
STYLE = """body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:60rem;
margin:2rem auto;padding:0 1rem;color:#222}h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:1rem}dt{color:#666;font-size:.85rem}
dd{margin:0;font-size:1.1rem;white-space:nowrap}li{margin:.3rem 0}small{color:#666}"""


def as_text(told: Figures, fresh: Sequence[Freshness], gaps: Sequence[Gap], language: str) -> str:
    """The report for a terminal."""
    words = words_of("report", language)
    lines = [words["title"], *(f"  {name}: {value}" for name, value in _numbers(told, words))]
    for heading, items in _lists(told, fresh, gaps, words):
        lines += ["", heading, *(f"  {item}" for item in items or [words["none"]])]
    return "\n".join(lines)


def as_html(told: Figures, fresh: Sequence[Freshness], gaps: Sequence[Gap], language: str) -> str:
    """The report as one self-contained page."""
    words = words_of("report", language)
    numbers = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in _numbers(told, words)
    )
    parts = [f"<h1>{words['title']}</h1><dl>{numbers}</dl>", _plot(told, words)]
    for heading, items in _lists(told, fresh, gaps, words):
        rows = "".join(f"<li>{escape(item)}</li>" for item in items)
        parts.append(f"<h2>{escape(heading)}</h2>" + (f"<ol>{rows}</ol>" if items else f"<p>{words['none']}</p>"))
    head = f'<meta charset="utf-8"><title>{words["title"]}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="{language}"><head>{head}</head><body>{"".join(parts)}</body></html>'


def _numbers(told: Figures, words: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (words["span"], f"{told.since[:10]} – {told.until[:10]}"),
        (words["volume"], str(told.turns)),
        (words["users"], str(told.users)),
        (words["deflection"], f"{told.deflection:.0%}"),
        (words["handover"], f"{told.handover:.0%}"),
        (words["cached"], str(told.cached)),
        (words["first"], _speed(told.first_token)),
        (words["total"], _speed(told.total)),
    ]


def _lists(
    told: Figures, fresh: Sequence[Freshness], gaps: Sequence[Gap], words: Mapping[str, str]
) -> list[tuple[str, list[str]]]:
    shares = [f"{words.get(name, name)}: {n} ({n / told.turns:.0%})" for name, n in sorted(told.outcomes.items())]
    return [
        (words["outcomes"], shares),
        (words["asked"], [f"{a.count}× {a.question} ({words.get(a.outcome, a.outcome)})" for a in told.asked]),
        (words["causes"], [f"{c.count}× {words.get(c.name, c.name)}: {c.example}" for c in told.causes[:3]]),
        (words["fresh"], [_fresh(one, words) for one in fresh]),
        (words["next"], [_next(gap, words) for gap in gaps]),
    ]


def _fresh(one: Freshness, words: Mapping[str, str]) -> str:
    shares = f"{words['quarter']} {one.quarter}, {words['year']} {one.year}, {words['undated']} {one.undated}"
    return f"{words.get(one.layer, one.layer)}: {one.entries} {words['entries']}; {shares}"


def _next(gap: Gap, words: Mapping[str, str]) -> str:
    return f"{gap.count}× {gap.question}" + (f" ({words['proposed']}: {gap.proposed})" if gap.proposed else "")


def _plot(told: Figures, words: Mapping[str, str]) -> str:
    """Questions per day by outcome, as a stacked bar chart."""
    import plotly.graph_objects as go

    days = [day.date for day in told.days]
    bars = [
        go.Bar(
            name=words.get(outcome, outcome),
            x=days,
            y=[day.outcomes.get(outcome, 0) for day in told.days],
            marker_color=COLOURS.get(outcome, "#8a8a8a"),
        )
        for outcome in sorted(told.outcomes)
    ]
    figure = go.Figure(bars)
    figure.update_layout(
        barmode="stack", title=words["days"], template="plotly_white", height=360, xaxis_type="category"
    )
    return str(figure.to_html(full_html=False, include_plotlyjs=True, config={"displayModeBar": False}))


def _speed(speed: Speed) -> str:
    return f"{speed.p50 / 1000:.1f} s / {speed.p95 / 1000:.1f} s"
