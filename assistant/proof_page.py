"""The figures of `kb eval` as one HTML page without scripts: each share as a bar, each failure by name."""

from collections.abc import Mapping, Sequence
from html import escape

from assistant.evaluation import Outcome, Share
from assistant.proving import failures

_STYLE = """body{font:15px/1.5 system-ui,"Noto Sans SC",sans-serif;margin:2rem auto;max-width:56rem;color:#1a2433}
table{border-collapse:collapse;width:100%}td{padding:.2rem .6rem .2rem 0;white-space:nowrap}td.bar{width:100%}
summary{cursor:pointer;margin-top:1rem}.fault{color:#b3261e}"""
_BAR = (
    '<svg width="100%" height="16" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label="{value:.3f}">'
    '<rect width="100" height="4" fill="#e8edf3"/><rect width="{share:.2f}" height="4" fill="#3b6fb6"/>'
    '<rect x="{low:.2f}" y="1.6" width="{width:.2f}" height=".8" fill="#1a2433"/></svg>'
)


def page(report: Mapping[str, object], shares: Mapping[str, Share], outcomes: Sequence[Outcome]) -> str:
    """The whole page."""
    rows = "".join(_row(name, share) for name, share in shares.items())
    lists = "".join(_failure(title, chosen) for title, chosen in failures(outcomes).items() if chosen)
    found: list[str] = report.get("faults", [])  # type: ignore[assignment]
    faults = "".join(f'<p class="fault">{escape(fault)}</p>' for fault in found)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>kb eval</title><style>{_STYLE}</style>'
        f"<h1>kb eval</h1><p>{report['n']} questions · generation {escape(str(report['generation']))} · "
        f"embedder {escape(str(report['embedder']))}</p>{faults}<table>{rows}</table>{lists}</html>"
    )


def _row(name: str, share: Share) -> str:
    low, high = 100 * min(share.low, 1), 100 * min(share.high, 1)
    bar = _BAR.format(value=share.value, share=100 * share.value, low=low, width=max(high - low, 0.3))
    interval = f"[{share.low:.3f}, {share.high:.3f}]"
    return f"<tr><td>{escape(name)}<td>{share.value:.3f}<td class='bar'>{bar}<td>{interval}<td>n={share.n}"


def _failure(title: str, chosen: Sequence[Outcome]) -> str:
    items = "".join(f"<li>{escape(one.question.text)}</li>" for one in chosen)
    return f"<details><summary>{escape(title)} ({len(chosen)})</summary><ul>{items}</ul></details>"
