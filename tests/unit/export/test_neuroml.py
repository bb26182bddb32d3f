"""What is written as NeuroML has the equations of the engine and every connection."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from circuit_for_others import exported

from minicolumn.circuits.ei.membrane import K, Km, Na
from minicolumn.export.neuroml import NAMESPACE, rates, write_neuroml

NML = {"": NAMESPACE}
V_MV = np.linspace(-95.0, 45.0, 57) + 0.013  # off the removable singularities
# The standard rates of NeuroML 2 (docs.neuroml.org), of x = (v - midpoint) / scale.
FORMS = {
    "HHExpRate": lambda rate, x: rate * np.exp(x),
    "HHExpLinearRate": lambda rate, x: rate * x / (1 - np.exp(-x)),
    "HHSigmoidRate": lambda rate, x: rate / (1 + np.exp(-x)),
}


@pytest.fixture(scope="module")
def written(cfg, tmp_path_factory):
    path = tmp_path_factory.mktemp("neuroml") / "circuit.net.nml"
    one = exported(cfg)
    write_neuroml(path, one)
    return one, ElementTree.parse(path).getroot()


def number(text):
    return float(re.match(r"-?[\d.e+-]*\d", text)[0])


def test_the_gates_open_and_close_as_those_of_the_engine():
    vt = -56.2
    engine = {"Na_m": Na.m_gate, "Na_h": Na.h_gate, "K_n": K.n_gate}
    for (name, _), both in rates(vt).items():
        expected = engine[name](V_MV, vt)
        for (form, rate, midpoint, scale), ours in zip(
            both.values(), expected, strict=True
        ):
            found = FORMS[form](rate, (V_MV - midpoint) / scale)
            # The engine bounds rates 72 mV below threshold.
            inside = vt - 30 < V_MV
            np.testing.assert_allclose(found[inside], ours[inside], rtol=2e-4)


def test_the_m_current_relaxes_as_that_of_the_engine(written):
    one, root = written
    gate = root.find("ionChannelHH[@id='exc_Km']/gateHHtauInf", NML)
    tau_max = number(gate.find("timeCourse", NML).get("tau"))
    state = {
        k: v for k, v in gate.find("steadyState", NML).attrib.items() if k != "type"
    }
    midpoint, scale = (number(state[name]) for name in ("midpoint", "scale"))
    kind = root.find("ComponentType[@name='M_time']", NML)
    formula = kind.find("Dynamics/DerivedVariable", NML).get("value")
    names = {"tau": tau_max, "v": V_MV, "MV": 1.0, "exp": np.exp}
    found = eval(formula, names)
    opening, closing = Km.p_rates(V_MV, one.config.neurons.excitatory.threshold_mV,
                                  tau_max).values()  # fmt: skip
    np.testing.assert_allclose(found, 1 / (opening + closing), rtol=2e-4)
    at_rest = 1 / (1 + np.exp(-(V_MV - midpoint) / scale))
    np.testing.assert_allclose(at_rest, opening / (opening + closing), rtol=2e-4)


def test_every_connection_is_there_once_with_its_weight(written):
    one, root = written
    starts = {"exc": 0, "inh": one.circuit.n_exc}
    weights_nS = np.zeros_like(one.circuit.weights_uS)
    ends = re.compile(r"\.\./(\w+)\[(\d+)\]")
    for connection in root.iterfind("network/projection/connectionWD", NML):
        pre, post = (
            starts[kind] + int(place)
            for kind, place in (
                ends.fullmatch(connection.get(f"{end}CellId")).groups()
                for end in ("pre", "post")
            )
        )
        assert not weights_nS[pre, post]
        weights_nS[pre, post] = float(connection.get("weight"))
    np.testing.assert_allclose(weights_nS, 1e3 * one.circuit.weights_uS, rtol=1e-8)


def test_cells_have_the_conductances_of_the_level(written):
    one, root = written
    neurons = one.config.neurons.excitatory
    cell = root.find("cell[@id='exc_cell']/biophysicalProperties", NML)
    density = {
        part.get("ionChannel"): number(part.get("condDensity"))
        for part in cell.iterfind("membraneProperties/channelDensity", NML)
    }
    assert density["exc_Na"] == neurons.g_Na_S_cm2
    assert density["exc_Km"] == pytest.approx(
        one.circuit.g_M_scale * neurons.g_M_S_cm2, rel=1e-8
    )
    ends = [root.find(f"cell[@id='exc_cell']/morphology/segment/{end}", NML)
            for end in ("proximal", "distal")]  # fmt: skip
    length = float(ends[1].get("y")) - float(ends[0].get("y"))
    area_um2 = np.pi * float(ends[0].get("diameter")) * length
    assert area_um2 == pytest.approx(neurons.area_um2, rel=1e-6)


def test_every_neuron_receives_its_drive(written):
    one, root = written
    inputs = root.findall("network/explicitInput", NML)
    assert len(inputs) == one.circuit.n
    drives = {g.get("id"): number(g.get("amplitude"))
              for g in root.iterfind("pulseGenerator", NML)}  # fmt: skip
    found = [drives[given.get("input")] for given in inputs]
    np.testing.assert_allclose(found, one.drive_nA, rtol=1e-8)


def test_what_is_left_out_and_that_it_is_simulated_is_said(written):
    notes = written[1].find("notes", NML).text
    assert "SYNTHETIC" in notes
    assert "background noise" in notes
