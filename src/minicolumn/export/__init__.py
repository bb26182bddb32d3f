"""A run as a data set: the published layout, open formats, a card."""
