: Leak, sodium, delayed-rectifier and M currents of Pospischil et al. 2008.
: One mechanism holds all four: its gates are advanced together.

NEURON {
  SUFFIX pospischil
  NONSPECIFIC_CURRENT i
  RANGE Leak_gLeak, Leak_eLeak, Na_gNa, eNa, K_gK, eK, Km_gKm, Km_taumax, vt
  THREADSAFE
}

UNITS {
  (mA) = (milliamp)
  (mV) = (millivolt)
  (S) = (siemens)
}

PARAMETER {
  Leak_gLeak = 0 (S/cm2)
  Leak_eLeak = 0 (mV)
  Na_gNa = 0 (S/cm2)
  eNa = 0 (mV)
  K_gK = 0 (S/cm2)
  eK = 0 (mV)
  Km_gKm = 0 (S/cm2)
  Km_taumax = 1 (ms)
  vt = 0 (mV)
}

ASSIGNED {
  v (mV)
  i (mA/cm2)
  am (/ms)
  bm (/ms)
  ah (/ms)
  bh (/ms)
  an (/ms)
  bn (/ms)
  pinf
  ptau (ms)
}

STATE { m h n p }

INITIAL {
  rates(v)
  m = am/(am + bm)
  h = ah/(ah + bh)
  n = an/(an + bn)
  p = pinf
}

BREAKPOINT {
  SOLVE gates METHOD cnexp
  i = Leak_gLeak*(v - Leak_eLeak) + Na_gNa*m*m*m*h*(v - eNa) + (K_gK*n*n*n*n + Km_gKm*p)*(v - eK)
}

DERIVATIVE gates {
  rates(v)
  m' = am*(1 - m) - bm*m
  h' = ah*(1 - h) - bh*h
  n' = an*(1 - n) - bn*n
  p' = (pinf - p)/ptau
}

PROCEDURE rates(v (mV)) {
  LOCAL u, up
  UNITSOFF
  u = v - vt
  am = 0.32*(13 - u)/(exp((13 - u)/4) - 1)
  bm = 0.28*(u - 40)/(exp((u - 40)/5) - 1)
  ah = 0.128*exp((17 - u)/18)
  bh = 4/(exp((40 - u)/5) + 1)
  an = 0.032*(15 - u)/(exp((15 - u)/5) - 1)
  bn = 0.5*exp((10 - u)/40)
  up = exp((v + 35)/20)
  pinf = up*up/(1 + up*up)
  ptau = Km_taumax/(3.3*up + 1/up)
  UNITSON
}
