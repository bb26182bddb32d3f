"""What everything that learns shares: splits, training, resampling."""
