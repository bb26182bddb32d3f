"""Statistics of spikes; they are registered in the order of the tables' columns."""

# ruff: noqa: I001
from minicolumn.statistics import rates, intervals, counts, spectrum

__all__ = ["counts", "intervals", "rates", "spectrum"]
