"""What scripts and notebooks use: a thin layer over the library; see `minicolumn`."""
