"""The section that an exported data set depends on."""

from typing import Annotated

from pydantic import Field

from minicolumn.config.base import Section


class Export(Section):
    """What people are told about an exported data set, besides what the run knows."""

    title: Annotated[str, Field(min_length=1, pattern=r"^[^\r\n]+$")]
    license: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
