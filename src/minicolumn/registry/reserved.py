"""Names that users cannot give, since tables, paths, or settings use them."""

MATCHED_SUFFIX = "_matched"
"""Ends the name of every statistic at matched rates."""

# fmt: off
RESERVED = frozenset({
    # classes of mice, what is said of them, and states
    "none", "undecided", "outside", "inside", "both", "all", "running", "stationary",
    # groups of fresh mice
    "nothing_changes", "less_drive", "noise", "common_input", "bursts", "lost_spikes",
    "common_background", "another_prior", "poisson", "synaptic_by_rise",
    "depolarizing_by_rise", "combined_by_rise",
    # training sets, baselines, references and methods
    "ach_shuffled", "baseline", "mean", "ridge", "nearest", "simulator_mean",
    "simulator_nearest", "rate_alone", "conditioned", "constant", "held_out", "bank",
    "prior", "posterior", "gradient", "simulator",
    # columns of the tables of statistics, and parameters of circuits
    "causes", "circuit_id", "duration_s", "epoch", "level", "mechanism", "n_units",
    "outcome", "parameter", "rise", "session_id", "start", "step", "fitted", "state",
    "state_name", "strength", "trial", "truth", "burst_rate_hz",
    "common_fraction", "n_neurons", "p_exc", "p_inh", "tau_fast_ms", "tau_slow_ms",
    # wildcards of paths, and other columns that hold such names
    "architecture", "cohort", "figure", "group", "session", "shard", "statistic",
    "table", "training_set", "variant",
    # settings of surrogates that are not architectures
    "calibration_fraction", "miscoverage", "repeats", "test_fraction",
    "validation_fraction",
})
# fmt: on
