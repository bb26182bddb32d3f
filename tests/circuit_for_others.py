"""A circuit with made-up spikes, as it is exported for other tools."""

from minicolumn.circuits.prior import parameter_rows
from minicolumn.export.one_circuit import one_circuit

SPIKES = ([3, 0, 40], [0.5, 2.5, 900.5])


def exported(cfg, mechanism="combined", level=0.5):
    (row,) = parameter_rows(cfg.prior, cfg.seed, [7])
    unit, time_ms = SPIKES
    simulation = {"mechanism": mechanism, "level": level}
    spikes = {"spike_unit": unit, "spike_time_ms": time_ms}
    return one_circuit(row, simulation | spikes, cfg)
