"""Train one surrogate and score it on held-out circuits."""
