"""Transfer: what surrogates predict for a recording against what it did."""
