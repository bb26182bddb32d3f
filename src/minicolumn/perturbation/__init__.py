"""Networks fitted to trials of a known circuit, judged by what light and ACh do."""
