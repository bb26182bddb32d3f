"""The 11 population statistics: spikes in, numbers out."""
