"""What holds with the rivals of rivals.yaml; test_rivals.py runs this."""

import numpy as np
import pyarrow as pa
import pytest
from overlay import overlaid
from toy_mice import SETTINGS, SHIFTS, known_of, strata_like, table

from minicolumn.circuits.acetylcholine import condition_of
from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.mechanisms import ACTING, CLASSES, MECHANISMS, NONE, RIVALS
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import parse_config
from minicolumn.files.documents import read_document, write_document
from minicolumn.inference.mechanism.answers import Rule
from minicolumn.inference.mechanism.learned import learn
from minicolumn.inference.mechanism.strata import (
    N_STRATA,
    evidence,
    of_classes,
    strata_of,
    together,
)
from minicolumn.mice.fresh import fresh_mice
from minicolumn.mice.groups import GROUPS, LIKE_LEARNED, OUT_OF_DISTRIBUTION
from minicolumn.mice.mouse import draw_mouse, training_mice
from minicolumn.mice.rivals import condition_of_rival, strengths
from minicolumn.registry.lookup import entries
from minicolumn.validation.rivals import Rivals, compare, write_page
from minicolumn.validation.study import Study

ALIKE = "depolarizing", "thalamic_gain"  # of toy mice


@pytest.fixture(scope="module")
def cfg():
    return parse_config(overlaid("rivals.yaml"))


def test_rivals_are_classes_between_mechanisms_and_none():
    assert RIVALS == ("m_current_block", "thalamic_gain", "disinhibition")
    assert (*MECHANISMS, *RIVALS, NONE) == CLASSES
    assert {*RIVALS} < {*LIKE_LEARNED} < {*GROUPS}
    assert all("ours" in one.about["source"] for one in entries("rival"))


@pytest.mark.parametrize("rival", RIVALS)
def test_a_rival_acts_while_its_mouse_runs_and_acetylcholine_hardly_rises(rival, cfg):
    mice = [draw_mouse(i, rival, cfg.cohort, cfg.seed) for i in range(200)]
    allowed = strengths(rival)
    drawn = np.array([mouse.strength for mouse in mice])
    assert np.quantile(drawn, [0, 1]) == pytest.approx(
        [allowed.low, allowed.high], rel=0.1
    )
    ach = cfg.acetylcholine.at_dose(5.0)
    for mouse in mice:
        assert 1 <= mouse.rise <= cfg.cohort.rise.negligible
        assert mouse.mechanism in MECHANISMS
        assert mouse.causes == ()
        rest = condition_of(mouse.mechanism, mouse.stationary, ach)
        assert mouse.condition("stationary", ach) == rest
        added = mouse.condition("running", ach).since(
            condition_of(mouse.mechanism, mouse.level("running", ach), ach)
        )
        acting = condition_of_rival(rival, mouse.strength)
        for site, factor in acting.release.items():
            assert added.release[site] == pytest.approx(factor)
        assert added.m_conductance == pytest.approx(acting.m_conductance)
        assert added.bursts == pytest.approx(acting.bursts)


def test_mice_of_mechanisms_are_the_same_with_rivals_and_without(cfg):
    """These numbers are those of the plain configuration."""
    mouse = draw_mouse(10_000_000, "synaptic", cfg.cohort, cfg.seed)
    assert mouse.stationary == pytest.approx(0.2769342839433185)
    assert mouse.rise == pytest.approx(14.342546904273366)
    for group in OUT_OF_DISTRIBUTION:
        mice = fresh_mice(group, 40, cfg.cohort, cfg.validation, cfg.prior)
        assert all(np.isnan(mouse.strength) for mouse in mice)


def test_each_class_has_its_turn(cfg):
    mice = training_mice(range(14), cfg.cohort, cfg.seed)
    assert [mouse.truth for mouse in mice] == [*CLASSES] * 2
    (circuit,) = build_circuits(parameter_rows(cfg.prior, cfg.seed, [0]), cfg)
    blocked = draw_mouse(0, "m_current_block", cfg.cohort, cfg.seed)
    assert blocked.confound.applied(circuit).g_M_scale < circuit.g_M_scale


def test_mice_of_a_rival_are_divided_by_strength():
    known = known_of([*CLASSES] * 40)
    strata = strata_of(known)
    for rival in RIVALS:
        mine = np.equal(known.truths, rival)
        parts, counts = np.unique(strata[mine], return_counts=True)
        assert (len(parts), counts.tolist()) == (4, [10] * 4)
        weakest = strata[mine][known.strength[mine].argmin()]
        assert weakest == parts.min()
    assert len({stratum // 4 for stratum in strata[np.isin(known.truths, RIVALS)]}) == 3
    certain = np.full((len(strata), N_STRATA), -50.0)
    certain[np.arange(len(strata)), strata] = 0.0
    assert (of_classes(certain).argmax(axis=1) == known.classes).all()


def test_a_cohort_shares_the_strength_of_its_rival_or_does_not():
    """Compared with the sum over both, written out."""
    rng = np.random.default_rng(3)
    n_mice = 3
    likelihood = rng.gamma(1.0, size=(n_mice, N_STRATA))
    prior = np.exp(strata_like(np.log(np.full(len(CLASSES), 1 / len(CLASSES)))))
    posterior = likelihood * prior
    posterior /= posterior.sum(axis=1, keepdims=True)
    said = evidence(np.log(posterior), 1e-12)
    found = np.exp(together(said, 0.0))
    first = N_STRATA - 8 - 4 * len(RIVALS)
    grid = likelihood[:, first:-8].reshape(n_mice, len(RIVALS), 4)
    rivals = (grid.prod(axis=0).mean(axis=1) + grid.mean(axis=2).prod(axis=0)) / 2
    none = likelihood[:, -8:]
    without = (none.prod(axis=0).mean() + none.mean(axis=1).prod()) / 2
    place = slice(len(MECHANISMS), len(MECHANISMS) + len(RIVALS))
    np.testing.assert_allclose(found[place] / found[-1], rivals / without, rtol=1e-6)


@pytest.fixture(scope="module")
def found():
    """Toy mice: thalamic gain does what depolarization does, all else differs."""
    alike = dict(SHIFTS) | {ALIKE[1]: SHIFTS[ALIKE[0]]}

    def mice(names, first):
        parts = [table([name] * n, first + 1000 * i, shift=alike[name])
                 for i, (name, n) in enumerate(names.items())]  # fmt: skip
        return parts

    cohort = pa.concat_tables(mice(dict.fromkeys(CLASSES, 100), 0))
    model, _ = learn(cohort, 1.4, SETTINGS, 1)
    groups = [group for group in LIKE_LEARNED if group in ACTING]
    fresh = dict(zip(groups, mice(dict.fromkeys(groups, 40), 100_000), strict=True))
    for i, group in enumerate(one for one in LIKE_LEARNED if one not in ACTING):
        fresh[group] = table([NONE] * 20, 200_000 + 1000 * i)
    study = Study(model, fresh, cohort, SETTINGS, Rule(0.9, 0.02), 1.4, 1)
    return compare(study, [2, 8], 50)


def test_what_is_alike_is_not_told_apart_and_all_else_is(found):
    worst, *others = found.pairs
    assert {worst.one, worst.other} == {*ALIKE}
    assert worst.right[1].interval[0] < 0.5 < worst.right[1].interval[1] + 0.1
    assert worst.needed.n is None or worst.needed.n > 30
    assert worst.needed.interval[1] is None
    assert len(others) == 20
    for pair in others:
        assert pair.right[8].value > 0.95
        assert pair.needed.n in (1, 2, 8)
        assert not pair.needed.is_extrapolated


def test_a_rival_is_mistaken_for_what_it_is_like(found):
    largest = found.sizes[-1].mistaken
    assert max(largest["thalamic_gain"], key=largest["thalamic_gain"].get) in (
        "depolarizing",
        "outside the simulated domain",
    )
    for shares in largest.values():
        assert not shares.keys() & {*RIVALS}
        assert sum(shares.values()) == pytest.approx(1)


def test_the_comparison_is_a_document_and_a_page(found, tmp_path):
    write_document(tmp_path / "rivals.json", found)
    assert read_document(tmp_path / "rivals.json", Rivals) == found
    write_page(tmp_path / "rivals.md", found, "toy")
    page = (tmp_path / "rivals.md").read_text()
    assert "SYNTHETIC" in page
    assert page.count("\n| depolarizing, ") + page.count(", depolarizing |") == 6
    for rival in RIVALS:
        assert f"| `{rival}` |" in page
    assert "{" not in page
