"""Circuits on a ring: an example of a family of circuits of your own."""

from minicolumn.registry import family

family("ring", at=f"{__name__}.circuits:FAMILY")
