: Background of one neuron: mean, fast and slow Ornstein-Uhlenbeck process, brief inputs.
: The fast one is renewed every draw_steps steps, the others every bin_steps steps. All
: neurons draw the common share from the same stream: CoreNEURON knows no such pointers.

NEURON {
  POINT_PROCESS Background
  RANGE mean_nA, fast_nA, slow_nA, burst_nA, own, shared, begin
  RANGE keep_fast, keep_slow, keep_burst, draw_steps, bin_steps
  ELECTRODE_CURRENT i
  RANDOM own_stream, common_stream
  THREADSAFE
}

UNITS { (nA) = (nanoamp) }

PARAMETER {
  mean_nA = 0 (nA)
  fast_nA = 0 (nA)
  slow_nA = 0 (nA)
  burst_nA = 0 (nA)
  own = 1
  shared = 0
  begin = 0
  keep_fast = 0
  keep_slow = 0
  keep_burst = 0
  draw_steps = 2
  bin_steps = 10
}

ASSIGNED {
  i (nA)
  fast
  common
  slow
  burst
  held (nA)
  until_draw
  until_bin
}

INITIAL {
  random_setseq(own_stream, 0)
  random_setseq(common_stream, 0)
  fast = random_normal(own_stream)
  common = random_normal(common_stream)
  slow = random_normal(own_stream)
  burst = 0
  until_draw = 0
  until_bin = 0
  i = mean_nA
}

BEFORE BREAKPOINT {
  if (until_bin < 0.5) {
    until_bin = bin_steps
    slow = keep_slow*slow + sqrt(1 - keep_slow*keep_slow)*random_normal(own_stream)
    burst = keep_burst*burst
    if (random_uniform(own_stream) < begin) {
      burst = burst + 1
    }
    held = mean_nA + slow_nA*slow + burst_nA*burst
  }
  if (until_draw < 0.5) {
    until_draw = draw_steps
    fast = keep_fast*fast + sqrt(1 - keep_fast*keep_fast)*random_normal(own_stream)
    common = keep_fast*common + sqrt(1 - keep_fast*keep_fast)*random_normal(common_stream)
  }
  until_bin = until_bin - 1
  until_draw = until_draw - 1
}

BREAKPOINT {
  i = held + fast_nA*(own*fast + shared*common)
}
