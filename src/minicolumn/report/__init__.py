"""The report: one self-contained page, made from the results alone."""
