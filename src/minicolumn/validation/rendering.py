"""Pages in Markdown, from templates."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from minicolumn.files.store import whole_file
from minicolumn.report.wording import (
    decimals,
    interval,
    limits,
    percent,
    points,
    points_limits,
)


def render_to(path: Path, template: str, **values: Any) -> None:
    """Write the text of a template of this package."""
    environment = Environment(
        loader=PackageLoader("minicolumn.validation"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count_of": "{:,}".format,
        "decimals": decimals,
        "interval": interval,
        "limits": limits,
        "percent": percent,
        "points": points,
        "points_limits": points_limits,
    }
    text = environment.get_template(template).render(**values)
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
