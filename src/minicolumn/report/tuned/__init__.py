"""The page about circuits fitted to sessions, beside the report, and its sections."""

from minicolumn.report.section import Page, Section
from minicolumn.report.sections import provenance
from minicolumn.report.tuned import answer, fits, running, weights

TUNED = Page(
    title="Circuits fitted to mouse V1",
    answer=answer.content,
    sections=(
        Section.of(fits, "How near the fits came"),
        Section.of(running, "What they say about the other state"),
        Section.of(weights, "What changed in the circuits"),
        Section.of(provenance, "Data and code"),
    ),
)
