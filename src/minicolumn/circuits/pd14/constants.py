"""Neurons and synapses of Potjans and Diesmann (2014, Cereb Cortex 24, Table 5)."""

E_L_MV = V_RESET_MV = -65.0
V_TH_MV = -50.0
TAU_M_MS = 10.0
TAU_SYN_MS = 0.5
C_PF = 250.0
REFRACTORY_MS = 2.0

AREA_UM2 = 25_000.0
"""With 1 uF/cm2 it has the published capacitance."""
G_LEAK_S_CM2 = 1e-4
"""With 1 uF/cm2 it has the published time constant."""
