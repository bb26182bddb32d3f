"""The section on exported data sets."""

from typing import Annotated

from pydantic import Field

from minicolumn.config.base import Section


class Export(Section):
    """Title and license of an exported data set."""

    title: Annotated[str, Field(min_length=1, pattern=r"^[^\r\n]+$")]
    license: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
