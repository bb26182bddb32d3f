"""What a millisecond of the fused engine needs of a GPU, and what the GPU issues.

    roofline.py [PLACES=SIMULATED ...]

Counts operations on every place of a circuit (neurons and padding) in the traced
kernel. The GPU's own instructions may be fewer, since a product and a sum can be one,
or more, since an exponential, a logarithm or a quotient takes several. Spikes are not
counted: a circuit of 64 places has about one in three milliseconds. Needs no GPU.
SIMULATED are measured seconds per second (`gpu.py`) on an H100 SXM; by default those of
docs/performance.md.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import jax
from gpu import circuits_of, physics
from markdown_table import table

from minicolumn.circuits.family import family
from minicolumn.simulation import equations, fused, packing
from minicolumn.simulation.fused_kernel import How
from minicolumn.simulation.runs import runs_at_levels

N_MS = 100  # of the traced run, and of no loop within it
MEASURED = ("64=165000", "128=84000")
# 132 processors, each issuing 4 x 32 operations per cycle of 1.98 GHz: half of the
# 66.9 teraflops that NVIDIA states for the H100 SXM, which count a fused multiply-add
# as two (NVIDIA H100 Tensor Core GPU Architecture, 2022).
ISSUED_PER_S = 132 * 128 * 1.98e9
KINDS = {
    "products": ("mul", "integer_pow"),
    "sums and differences": ("add", "sub", "neg"),
    "exponentials, logarithms, roots": ("exp", "exp2", "log1p", "log", "sqrt"),
    "quotients": ("div",),
}
FREE = ("broadcast_in_dim", "reshape", "squeeze", "copy")
"""Operations that move nothing: every register already has its value."""


def main() -> None:
    """Print what each size needs, and which share of the GPU that is."""
    rows = [
        row(int(places), float(simulated))
        for places, simulated in (one.split("=") for one in sys.argv[1:] or MEASURED)
    ]
    header = (
        *("places", *KINDS, "other", "all, per place and ms"),
        *("if each sum is fused with a product", "the GPU issues"),
    )
    print("\n".join(table(header, rows)))


def row(places: int, simulated_s_per_s: float) -> list[str]:
    """Return a size, operations by kind, their sum, and what is issued."""
    counted = operations(places)
    by_kind = [sum(counted[name] for name in names) for names in KINDS.values()]
    needed = sum(counted.values())
    products, sums = by_kind[:2]
    fused_products = needed - min(products, sums)
    issued = ISSUED_PER_S / (simulated_s_per_s * places * 1000)
    shares = (f"{n:,} ({n / issued:.0%})" for n in (needed, fused_products))
    numbers = (str(n) for n in (places, *by_kind, needed - sum(by_kind)))
    return [*numbers, *shares, f"{issued:,.0f}"]


def operations(places: int) -> Counter[str]:
    """Return operations of one millisecond on each place, by JAX's name of them."""
    of = physics({}, warmup_s=0.0)
    dynamics = family(of.circuits.family).dynamics
    drawn = circuits_of(of, 50)
    circuit = next(c for c in drawn if sum(fused.padding_of(c)) == places)
    padding, runs = fused.padding_of(circuit), runs_at_levels([circuit], "combined", of)
    program = equations.Program.of(dynamics, padding, N_MS, of)
    traced = jax.make_jaxpr(partial(fused.run, program=program, how=How(0, 1024)))(
        packing.pack(runs, padding, dynamics, of),
        packing.spread(runs, padding, dynamics),
        jax.random.key(0),
    )
    (kernel,) = (
        one.params["jaxpr"]
        for one in equations_of(traced.jaxpr)
        if one.primitive.name == "pallas_call"
    )
    (millisecond,) = (
        one.params["jaxpr"].jaxpr
        for one in kernel.eqns
        if one.primitive.name == "scan" and one.params["length"] == N_MS
    )
    return counted(millisecond, sum(padding))


def equations_of(program: Any) -> Iterator[Any]:
    """Yield the equations of a traced program, those within others included."""
    for one in program.eqns:
        yield one
        for inner in programs_in(one):
            yield from equations_of(inner)


def programs_in(equation: Any) -> Iterator[Any]:
    """Yield the programs that an equation calls."""
    for value in equation.params.values():
        program = getattr(value, "jaxpr", value)
        if hasattr(program, "eqns"):
            yield program


def counted(program: Any, places: int) -> Counter[str]:
    """Return operations on all places, those in loops as often as they happen."""
    found: Counter[str] = Counter()
    for one in program.eqns:
        name = one.primitive.name
        if name == "while":  # over the spikes of this millisecond
            continue
        times = one.params["length"] if name == "scan" else 1
        if inner := list(programs_in(one)):
            for part in inner:
                for key, n in counted(part, places).items():
                    found[key] += times * n
        elif name not in FREE and one.outvars[0].aval.shape == (places,):
            found[name] += 1
    return found


if __name__ == "__main__":
    main()
