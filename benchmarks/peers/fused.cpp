// One circuit at all ACh levels in one fused loop, written by hand for one CPU core.
//
// The equations of minicolumn with exact exponential gates, in float32. The state of all
// levels stays in the level-1 cache, parameters are constants of a neuron type, both
// noises are shared by the levels, release is computed only for neurons that spiked, and
// gcc vectorises every loop over neurons. Sizes are compiled in: NE and NI neurons, both
// padded to the width of a vector, and L levels. `fused_peer.py` mirrors the structs.
#include <cmath>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

constexpr int N = NE + NI;
constexpr int LANES = N + 16;  // one more vector of noise: lane N is common to all
constexpr float V_INIT = -70, V_SPIKE = 0;

struct Kind { float per_area, g_leak, e_leak, g_Na, g_K, g_M, tau_M_max, vt, e_Na, e_K; };
struct Site { float U[L], recovery, facilitation, reversal; };
struct Circuit {  // matrices first, on whole cache lines
  float weights[N][N], shift_nA[L][N];  // (pre, post), uS
  float drive_nA[N], fast_nA[N], slow_nA[N], burst_nA[N], decay_ampa[N], decay_gaba[N];
  Kind exc, inh;
  Site EE, EI, I;
  float tau_fast, tau_slow, tau_burst, draw_ms, common, burst_rate_hz, dt;
};
struct alignas(64) Release { float u[NE], x[NE], last[NE]; };
struct alignas(64) Level {
  float v[N], m[N], h[N], n[N], p[N], ampa[N], gaba[N];
  Release EE, EI, I;
  int crossed[N];
  bool any;
};
struct alignas(64) Kept { float ampa[N], gaba[N]; };  // what a step leaves

// Relative error 2e-7 for |x| < 80: 2^k times a polynomial, as in Cephes.
static inline float fast_exp(float x) {
  const float k = __builtin_rintf(x * 1.44269504f);
  const float f = x - k * 0.693359375f + k * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * f + 1.3981999507e-3f;
  p = p * f + 8.3334519073e-3f;
  p = p * f + 4.1665795894e-2f;
  p = p * f + 1.6666665459e-1f;
  p = p * f + 5.0000001201e-1f;
  p = p * f * f + f + 1.f;
  const int32_t bits = (int32_t(k) + 127) << 23;
  float scale;
  std::memcpy(&scale, &bits, sizeof scale);
  return p * scale;
}

// x / (exp(x) - 1), given the exponential; finite at 0.
static inline float linoid(float x, float exp_x) {
  const bool near = std::fabs(x) < 1e-2f;
  const float d = near ? 1.f : exp_x - 1.f;
  return near ? 1.f - 0.5f * x + x * x * (1 / 12.f) : x / d;
}

struct Rates { float am, bm, ah, bh, an, bn, p_inf, p_rate; };

// Three rates share exp(-u / 5), three terms of the M gate share exp(w / 20).
static inline Rates rates(float v, const Kind& k, bool has_M) {
  const float u = v - k.vt, e5 = fast_exp(-0.2f * u);
  const float e40 = e5 * 2980.95799f;  // exp(-(u - 40) / 5)
  Rates r;
  r.am = 1.28f * linoid(-0.25f * (u - 13), fast_exp(-0.25f * (u - 13)));
  r.bm = 1.4f * linoid(-0.2f * (u - 40), e40) * e40;  // y/(e^y-1) = e^-y (-y)/(e^-y-1)
  r.ah = 0.128f * fast_exp((17 - u) * (1 / 18.f));
  r.bh = 4 / (e40 + 1);
  r.an = 0.16f * linoid(-0.2f * (u - 15), e5 * 20.0855369f);
  r.bn = 0.5f * fast_exp((10 - u) * (1 / 40.f));
  if (has_M) {
    const float up = fast_exp(0.05f * (v + 35)), down = 1 / up;
    r.p_inf = 1 / (1 + down * down);
    r.p_rate = (3.3f * up + down) / k.tau_M_max;
  }
  return r;
}

static inline float relax(float x, float opening, float closing, float dt) {
  const float rate = opening + closing, target = opening / rate;
  return target + (x - target) * fast_exp(-dt * rate);
}

// Gates, then voltage by Crank-Nicolson, for the neurons of one type.
template <bool EXC>
static inline void advance(Level& s, const Circuit& c, const Kept& kept,
                           const float* current) {
  constexpr int first = EXC ? 0 : NE, last = EXC ? NE : N;
  const Kind k = EXC ? c.exc : c.inh;
  const float dt = c.dt, e_ampa = c.EE.reversal, e_gaba = c.I.reversal;
  int any = 0;
  for (int i = first; i < last; i++) {
    const float v = s.v[i];
    const float ampa = s.ampa[i] *= kept.ampa[i], gaba = s.gaba[i] *= kept.gaba[i];
    const Rates r = rates(v, k, EXC);
    const float m = s.m[i] = relax(s.m[i], r.am, r.bm, dt);
    const float h = s.h[i] = relax(s.h[i], r.ah, r.bh, dt);
    const float n = s.n[i] = relax(s.n[i], r.an, r.bn, dt);
    float g_K = k.g_K * (n * n) * (n * n);
    if (EXC) {
      s.p[i] = r.p_inf + (s.p[i] - r.p_inf) * fast_exp(-dt * r.p_rate);
      g_K += k.g_M * s.p[i];
    }
    const float g_Na = k.g_Na * m * m * m * h;
    const float g = 1e3f * (k.g_leak + g_Na + g_K) + k.per_area * (ampa + gaba);
    const float pull = 1e3f * (k.g_leak * k.e_leak + g_Na * k.e_Na + g_K * k.e_K) +
                       k.per_area * (ampa * e_ampa + gaba * e_gaba + current[i]);
    const float after = v + dt * (pull - g * v) / (1 + 0.5f * dt * g);
    const int crossed = (v < V_SPIKE) & (after >= V_SPIKE);
    s.crossed[i] = crossed;
    any |= crossed;
    s.v[i] = after;
  }
  s.any |= any;
}

// Amplitude of one release at time t, after the intervals since the last one.
static float release(Release& r, const Site& site, float U, int j, float t) {
  const float u = r.u[j] * std::exp(-(t - r.last[j]) / site.facilitation);
  const float x = 1 - (1 - r.x[j]) * std::exp(-(t - r.last[j]) / site.recovery);
  r.u[j] = u + U * (1 - u);
  r.x[j] = x - r.u[j] * x;
  r.last[j] = t;
  return r.u[j] * x;
}

static inline void add(float* g, const float* weights, float amplitude, int first, int last) {
  for (int i = first; i < last; i++) g[i] += weights[i] * amplitude;
}

// What the neurons did in the millisecond before t reaches their targets.
static void transmit(Level& s, const Circuit& c, int level, const uint8_t* spiked, float t) {
  for (int j = 0; j < NE; j++)
    if (spiked[j]) {
      add(s.ampa, c.weights[j], release(s.EE, c.EE, c.EE.U[level], j, t), 0, NE);
      add(s.ampa, c.weights[j], release(s.EI, c.EI, c.EI.U[level], j, t), NE, N);
    }
  for (int j = 0; j < NI; j++)
    if (spiked[NE + j])
      add(s.gaba, c.weights[NE + j], release(s.I, c.I, c.I.U[level], j, t), 0, N);
}

static void step(Level& s, const Circuit& c, const Kept& kept, const float* current,
                 uint8_t* counts) {
  s.any = false;
  advance<true>(s, c, kept, current);
  advance<false>(s, c, kept, current);
  if (s.any)
    for (int i = 0; i < N; i++) counts[i] += s.crossed[i];
}

struct alignas(64) Noise {
  uint32_t word[LANES];
  float fast[LANES], slow[LANES], burst[LANES], deviate[LANES];

  float uniform(int i) {  // xorshift32: within (0, 1)
    uint32_t w = word[i];
    w ^= w << 13, w ^= w >> 17, w ^= w << 5;
    word[i] = w;
    return (float(w >> 9) + 0.5f) * (1 / 8388608.f);
  }
  void draw() {  // Box and Muller; glibc vectorises log and cos
    for (int i = 0; i < LANES; i++) {
      const float radius = std::sqrt(-2 * std::log(uniform(i)));
      deviate[i] = radius * std::cos(6.2831853f * uniform(i));
    }
  }
};

static void start(Level& s, const Circuit& c) {
  for (int i = 0; i < N; i++) {
    const Rates r = rates(V_INIT, i < NE ? c.exc : c.inh, true);
    s.v[i] = V_INIT;
    s.m[i] = r.am / (r.am + r.bm);
    s.h[i] = r.ah / (r.ah + r.bh);
    s.n[i] = r.an / (r.an + r.bn);
    s.p[i] = r.p_inf;
  }
  for (Release* r : {&s.EE, &s.EI, &s.I})
    for (float& x : r->x) x = 1;
}

// Counts are spikes per millisecond, (n_ms, L, N), zero at first.
extern "C" void simulate(const Circuit* circuit, int n_ms, uint32_t seed, uint8_t* counts) {
#ifdef __SSE__
  _mm_setcsr(_mm_getcsr() | 0x8040);  // conductances decay to 0, not to denormal numbers
#endif
  alignas(64) static Circuit c;
  static Level levels[L];
  static Noise z;
  c = *circuit;
  std::memset(levels, 0, sizeof levels);
  for (Level& s : levels) start(s, c);
  for (int i = 0; i < LANES; i++) z.word[i] = (seed * 7919u + i + 1) * 2654435761u | 1u;
  for (int k = 0; k < 20; k++) z.draw();
  std::memcpy(z.fast, z.deviate, sizeof z.fast);
  z.draw();
  std::memcpy(z.slow, z.deviate, sizeof z.slow);
  std::memset(z.burst, 0, sizeof z.burst);

  Kept kept;
  for (int i = 0; i < N; i++) {
    kept.ampa[i] = std::exp(-c.dt / c.decay_ampa[i]);
    kept.gaba[i] = std::exp(-c.dt / c.decay_gaba[i]);
  }
  const float keep_fast = std::exp(-c.draw_ms / c.tau_fast);
  const float keep_slow = std::exp(-1 / c.tau_slow), keep_burst = std::exp(-1 / c.tau_burst);
  const float add_fast = std::sqrt(1 - keep_fast * keep_fast);
  const float add_slow = std::sqrt(1 - keep_slow * keep_slow);
  const float own = std::sqrt(1 - c.common), shared = std::sqrt(c.common);
  const int draws = int(std::lround(1 / c.draw_ms));
  const int steps = int(std::lround(c.draw_ms / c.dt));

  for (int ms = 0; ms < n_ms; ms++) {
    alignas(64) float slow_nA[N], now_nA[N], current[N];
    for (int l = 0; l < L && ms > 0; l++)
      transmit(levels[l], c, l, counts + (size_t(ms - 1) * L + l) * N, ms);
    z.draw();
    for (int i = 0; i < N; i++) {
      z.slow[i] = keep_slow * z.slow[i] + add_slow * z.deviate[i];
      const float begun = z.uniform(i) < 1e-3f * c.burst_rate_hz ? 1.f : 0.f;
      z.burst[i] = keep_burst * z.burst[i] + begun;
      slow_nA[i] = c.drive_nA[i] + c.slow_nA[i] * z.slow[i] + c.burst_nA[i] * z.burst[i];
    }
    for (int d = 0; d < draws; d++) {
      z.draw();
      const float together = shared * z.deviate[N];
      for (int i = 0; i < N; i++) {
        z.fast[i] = keep_fast * z.fast[i] + add_fast * (own * z.deviate[i] + together);
        now_nA[i] = slow_nA[i] + c.fast_nA[i] * z.fast[i];
      }
      for (int l = 0; l < L; l++) {
        uint8_t* bin = counts + (size_t(ms) * L + l) * N;
        for (int i = 0; i < N; i++) current[i] = now_nA[i] + c.shift_nA[l][i];
        for (int k = 0; k < steps; k++)
          step(levels[l], c, kept, current, bin);
      }
    }
  }
}
