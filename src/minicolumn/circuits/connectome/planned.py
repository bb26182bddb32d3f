"""Reading the tables of a connectome when a run is planned, before any work starts."""

from minicolumn.config import Config
from minicolumn.config.circuits import MEASURED


def check_connectome(cfg: Config) -> tuple[str, ...]:
    """Return what was changed in the tables of a measured circuit, a sentence for each.

    Raises
    ------
    ConfigError
        If its tables cannot be read, are no circuit, or have too few neurons.
    """
    if cfg.circuits.family != MEASURED:
        return ()
    # The Snakefile is parsed for every job: what it imports stays light.
    from minicolumn.circuits.connectome.measured import check_size, measured

    found = measured(cfg.circuits.connectome)
    check_size(found, cfg.prior["n_neurons"].high)
    return found.notes
