"""One self-contained HTML page: figure, table, sources."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape

from feebly.limits import Limit
from feebly.plot.figures import limit_figure

_HEAD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}}
table{{border-collapse:collapse}}td,th{{padding:.15rem .8rem;text-align:right;border-bottom:1px solid #ddd}}
pre{{background:#f6f6f6;padding:.8rem;overflow:auto;font-size:13px}}svg{{max-width:100%;height:auto}}
</style></head><body><h1>{title}</h1>"""


def html_page(limits: Sequence[Limit]) -> str:
    """A page with the figure, the intervals, the assumptions and the BibTeX; needs no network."""
    figure = limit_figure(limits)
    drawing = io.StringIO()
    figure.savefig(drawing, format="svg", metadata={"Date": None})
    svg = drawing.getvalue()
    title = "Limits on " + ", ".join(dict.fromkeys(limit.model for limit in limits))
    parts = [_HEAD.format(title=escape(title)), svg[svg.index("<svg") :]]
    bibtex = ""
    for limit in limits:
        parts.append(f"<h2>{escape(limit.probe)} on {escape(limit.model)}</h2>{_table(limit)}")
        parts.append(f"<pre>{escape(limit.explain())}</pre>")
        bibtex += limit.cite()
    encoded = base64.b64encode(bibtex.encode()).decode()
    link = f'<p><a download="references.bib" href="data:application/x-bibtex;base64,{encoded}">BibTeX of the sources</a></p>'
    return "".join([*parts, link, "</body></html>\n"])


def _table(limit: Limit) -> str:
    rows = []
    for mass, intervals, status in zip(limit.mass, limit.excluded, limit.status, strict=True):
        text = "; ".join(f"{low:.3e} to {high:.3e}" for low, high in intervals)
        rows.append(
            f"<tr><td>{mass:g}</td><td>{text or ('none' if status == 'ok' else escape(status))}</td></tr>"
        )
    head = f"<tr><th>mass [MeV]</th><th>excluded {escape(limit.scale_name)}</th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"
