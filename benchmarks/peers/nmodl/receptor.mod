: One kind of receptor of a neuron: each connection to it releases after Tsodyks and
: Markram 1997; the conductance then decays exponentially.
: A time step leaves a fixed share of the conductance, so no exponential is needed.

NEURON {
  POINT_PROCESS Receptor
  RANGE decay, e, U, recovery, facilitation
  NONSPECIFIC_CURRENT i
  THREADSAFE
}

UNITS {
  (nA) = (nanoamp)
  (mV) = (millivolt)
  (uS) = (microsiemens)
}

PARAMETER {
  decay = 1 (ms)
  e = 0 (mV)
  U = 0
  recovery = 1 (ms)
  facilitation = 1 (ms)
}

ASSIGNED {
  v (mV)
  i (nA)
  g (uS)
  kept
  dt (ms)
}

INITIAL {
  g = 0
  kept = exp(-dt/decay)
}

BREAKPOINT {
  SOLVE fade
  i = g*(v - e)
}

PROCEDURE fade() {
  g = g*kept
}

NET_RECEIVE(weight (uS), u, x, last (ms)) {
  INITIAL {
    u = 0
    x = 1
    last = t
  }
  u = u*exp(-(t - last)/facilitation)
  x = 1 - (1 - x)*exp(-(t - last)/recovery)
  u = u + U*(1 - u)
  g = g + weight*u*x
  x = x - u*x
  last = t
}
