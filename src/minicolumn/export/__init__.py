"""The run as a data set for others: the published layout, open formats, a card."""
