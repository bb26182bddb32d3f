"""Pages in Markdown, from templates."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from minicolumn.report.wording import interval, percent


def render(template: str, **values: Any) -> str:
    """Return the text of a template of this package."""
    environment = Environment(
        loader=PackageLoader("minicolumn.validation"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count_of": "{:,}".format,
        "interval": interval,
        "percent": percent,
    }
    return environment.get_template(template).render(**values)
