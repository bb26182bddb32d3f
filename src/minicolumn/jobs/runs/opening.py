"""The first sentence of a report: what a run says at its end."""

import html
import re
from pathlib import Path

_OPENING = re.compile(r'<p class="opening">(.*?)</p>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def opening_of(page: Path) -> str:
    """Return the first sentence of a report as plain text, empty if it has none."""
    found = _OPENING.search(page.read_text(encoding="utf-8")) if page.exists() else None
    return html.unescape(_TAG.sub("", found[1])).strip() if found else ""
