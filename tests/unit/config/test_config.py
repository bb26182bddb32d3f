import re

import pytest
import yaml
from overlay import overlaid

from minicolumn.circuits.family import family
from minicolumn.config import ConfigError, Physics, parse_config
from minicolumn.config.settings import settings_of


def changed(settings, key, value):
    values = settings()
    *path, last = key.split(".")
    section = values
    for part in path:
        section = section[part]
    section[last] = value
    return values


def test_the_published_size_is_the_published_one(cfg):
    assert cfg.circuits.count == 5000
    assert len(cfg.acetylcholine.levels) == 11
    assert len(cfg.prior) == 19


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("circuits.cuont", 3, r"circuits.cuont is unknown; known here: family"),
        ("prior.p_exc.hihg", 1, r"prior.p_exc.hihg is unknown; known here: low, high"),
        (
            "circuits.family",
            "dendritic",
            r"circuits.family='dendritic': .* 'v1_types', .*'pd14', .*'lif_types'$",
        ),
        ("circuits.count", 0, r"circuits.count=0: .*greater than 0"),
        ("circuits.count", 5e10, r"circuits.count=5.*: .*than or equal to 1000000$"),
        ("circuits.per_shard", 10**12, r"per_shard=1000000000000: .*equal to 10000000"),
        ("simulation.duration_s", 1e308, r"duration_s=1e\+308: .*or equal to 3600"),
        ("simulation.duration_s", float("nan"), r"duration_s=nan: "),
        ("neurons.reversal_K_mV", -1e30, r"reversal_K_mV=-1e\+30: "),
        ("prior.n_neurons.high", 5e8, r"n_neurons.high=500000000.0 must be 65535 or"),
        ("cohort.per_shard", 0, r"cohort.per_shard=0: "),
        ("recordings.synthetic.mice_per_mechanism", 10**6, r"or equal to 10000$"),
        ("simulation.duration_s", -1, r"simulation.duration_s=-1: .*greater than 0"),
        ("simulation.dt_ms", 0.03, r"dt_ms=0.03 does not divide 0.1 ms"),
        ("acetylcholine.levels", [0.1, 1], r"levels must ascend, start at 0"),
        ("prior.g_ee_nS.low", 0, r"low=0.* has no logarithm: use scale: uniform"),
        ("prior.p_inh.high", 1.5, r"p_inh.high=1.5 must be 1 or less"),
        ("statistics.n_units", 60, r"n_units=60 exceeds the smallest circuit"),
        ("statistics.n_thinnings", 21, r"n_thinnings=21 exceeds n_subsets=20"),
        ("recordings.source", "cache", r"cache.directory=None is not a directory"),
        ("recordings.source", "nwb", r"nwb.files is empty, and source is nwb"),
        (
            "recordings.source",
            "ftp",
            r"recordings.source='ftp': .*'dandi', 'warehouse'",
        ),
        ("recordings.fetched.at_once", 0, r"fetched.at_once=0: .*greater than 0"),
        ("recordings.nwb.dandiset.number", 17, r"number=17: write it in quotes"),
        ("recordings.nwb.dandiset.number", "21", r"dandiset.number='21': "),
        ("recordings.nwb.dandiset.version", 0.24, r"version=0.24: write it in quotes"),
        ("recordings.nwb.speed.unit", "knots", r"nwb.speed.unit='knots': "),
        (
            "recordings.nwb.units.aera",
            "x",
            r"nwb.units.aera is unknown; known here: area",
        ),
        ("epochs.balance", "fair", r"epochs.balance='fair': .*'random' or 'nearest'"),
        ("sensitivity.window_s", [0.0], r"sensitivity.window_s.0=0.0: "),
        ("run", "../away", r"run='../away': "),
        ("recordings.s3.url", "ftp://x", r"recordings.s3.url='ftp://x': "),
        ("surrogates.test_fraction", 0.5, r"test_fraction=0.5: .*less than 0.5"),
        ("surrogates.calibration_fraction", 0.49, r"fewer than 30% of circuits"),
        ("surrogates.transformer.n_heads", 7, r"d_model=64 is not a multiple of"),
        (
            "prior.g_ee_nS",
            {"low": -1, "high": 1, "scale": "uniform", "source": ""},
            r"g_ee_nS.low=-1.0 must be 0 or more",
        ),
        (
            "prior.tau_slow_ms",
            {"low": 0, "high": 1, "scale": "uniform", "source": ""},
            r"tau_slow_ms.low=0.0 must be above 0",
        ),
        ("wiring.excitatory_fraction", 0.999, r"without neurons of type inh"),
        ("states.levels.running", 0.21, r"be nearest to different levels"),
        ("states.levels.running", 0.2, r"running=0.2: they .* exchange the names"),
        ("states.more_ach", "stationary", r"are both stationary: .* a name of its own"),
        ("states.more_ach", "<b>", r"states.more_ach='<b>': "),
        ("epochs.pupil.small_below", 0.6, r"small_below=0.6 is above large_above=0.5"),
        ("states.by", "speed_and_pupil", r"recordings.source is s3: only your own NWB"),
        ("states.by", "intervals", r"recordings.source is s3: only your own NWB files"),
        (
            "recordings.nwb.states",
            {"table": "t", "label": "l", "less_ach": ["a", "b"], "more_ach": ["b"]},
            r"less_ach and more_ach both contain b: a label means one state",
        ),
        (
            "recordings.nwb.states",
            {"table": "t", "label": "l", "less_ach": None, "more_ach": None},
            r"less_ach and more_ach are both null",
        ),
        ("acetylcholine.levels", [0.0, 0.1, 0.5], r"must lie within"),
        ("simulation.warmup_s", 0.0005, r"warmup_s=0.0005 must be a whole number"),
        ("synapses.transmission_ms", 0.2, r"transmission_ms=0.2 is neither 0.5 nor 1"),
        ("epochs.per_state_at_least", 1, r"per_state_at_least=1: "),
        ("prediction.primary.statistics", ["lv", "glamour"], r"must name, once each"),
        ("prediction.primary.statistics", ["lv", "lv"], r"must name, once each"),
        ("prediction.primary.architecture", "oracle", r"architecture='oracle': "),
        ("prediction.n_resamples", 10, r"n_resamples=10: "),
        ("prediction.nearest_circuits", 4000, r"nearest_circuits=4000 .* 2500"),
        ("cohort.mice_per_class", 98, r"mice_per_class=98 is too few: .* than 99"),
        ("cohort.stationary.high", 0.6, r"rise.highest=200.0 give .* from 0.1 to 1.29"),
        ("cohort.stationary.low", 0.05, r"low 0.05, .* must lie between 0\.1, "),
        ("cohort.rise.negligible", 300, r"negligible=300.0 must be below highest=200"),
        ("validation.mice_per_group", 15, r"mice_per_group=15 cannot make cohorts"),
        ("validation.mice_per_rise", 15, r"mice_per_rise=15 cannot make cohorts"),
        ("validation.others", {"poisson": "a.parquet"}, r"names poisson, which"),
        ("validation.others", {"mine": "a.parquet"}, r"do not exist \(mine: a.parquet"),
        ("dose_response.weights", {"pupil": 0, "speed": 0}, r"there would be no index"),
        ("perturbation.chosen.selectors", ["x"], r"selectors.0='x': .*'gradient'"),
        (
            "perturbation.chosen.selectors",
            ["nearest"],
            r"couplings=\['feedforward', 'feedback'\] must hold one_area",
        ),
    ],
)
def test_a_fault_is_one_sentence_with_key_value_reason(settings, key, value, said):
    with pytest.raises(ConfigError) as error:
        parse_config(changed(settings, key, value))
    first, *faults = str(error.value).splitlines()
    assert "config.yaml" in first
    assert len(faults) == 1
    assert re.search(said, faults[0]), faults[0]


def test_a_missing_key_is_named(settings):
    values = settings()
    del values["simulation"]["dt_ms"]
    with pytest.raises(ConfigError, match=r"simulation.dt_ms is missing: add it"):
        parse_config(values)


def test_all_faults_are_told_at_once(settings):
    values = changed(settings, "circuits.count", 0)
    values["seed"] = -1
    with pytest.raises(ConfigError) as error:
        parse_config(values)
    assert len(str(error.value).splitlines()) == 3


def test_the_configuration_cannot_be_changed(cfg):
    with pytest.raises(ValueError, match="frozen"):
        cfg.circuits.count = 1


def test_physics_survives_a_round_trip_through_plain_values(cfg):
    """Snakemake hands parameters to scripts as plain values."""
    plain = yaml.safe_load(yaml.safe_dump(cfg.physics()))
    assert Physics(**plain) == Physics(**cfg.physics())
    assert Physics(**plain).simulation == cfg.simulation


def test_the_prior_is_in_the_order_of_its_family_and_needs_all_of_it(settings):
    values = settings()
    values["prior"] = dict(reversed(values["prior"].items()))
    parsed = parse_config(values)
    assert tuple(parsed.prior) == family("ei").parameter_names
    assert Physics(**parsed.physics()).circuits.family == "ei"
    del values["prior"]["p_exc"]
    with pytest.raises(ConfigError, match=r"missing parameters \['p_exc'\]"):
        parse_config(values)


def test_the_demonstration_is_an_overlay_of_known_keys():
    demo = parse_config(overlaid("demo.yaml"))
    assert demo.run == "demo"
    assert demo.recordings.source == "synthetic"
    assert len(demo.acetylcholine.levels) == 11


def test_fits_start_from_different_circuits(settings):
    values = settings() | {"tuned": settings()["tuned"] | {"n_starts": 2501}}
    with pytest.raises(ConfigError, match=r"n_starts=2501 .* half of .*count, 2500"):
        parse_config(values).check_starts()
    values["tuned"]["start"] = "posterior"
    parse_config(values).check_starts()


def test_circuits_that_are_chosen_are_of_the_family_of_references(settings):
    chosen = {"selectors": ["nearest"], "count": 1, "epochs": 8}
    there = {"chosen": chosen, "couplings": ["one_area"]}
    values = settings() | {"perturbation": settings()["perturbation"] | there}
    assert parse_config(values).perturbation.chosen.selectors == ("nearest",)
    of_types = settings_of(values, {"circuits": {"family": "v1_types"}})
    with pytest.raises(ConfigError, match=r"family v1_types, and .*family=ei: "):
        parse_config(of_types)


def test_further_terms_of_a_fit_need_gradients(settings):
    also = {"unit_rates": 0, "fano": 1.0, "weight_distribution": 0}
    tuned = settings()["tuned"] | {"update": "levenberg_marquardt"}
    parse_config(settings() | {"tuned": tuned})
    with pytest.raises(ConfigError, match="needs gradients, which update=levenberg"):
        parse_config(settings() | {"tuned": tuned | {"also": also}})


def test_the_recovery_study_is_an_overlay_of_known_keys():
    study = parse_config(overlaid("validation.yaml"))
    assert study.run == "validation"
    assert study.cohort.mice_per_class > study.validation.mice_per_group


@pytest.mark.parametrize("warmup_s", [2.01, 4.02, 8.03, 0.0])
def test_whole_milliseconds_are_whole_whatever_floating_point_says(settings, warmup_s):
    parsed = parse_config(changed(settings, "simulation.warmup_s", warmup_s))
    assert parsed.simulation.warmup_s == warmup_s


@pytest.mark.parametrize(
    ("by", "nwb", "said"),
    [
        ("intervals", {}, r"states.table is null, and states.by is intervals: name"),
        (
            "intervals",
            {"states": {"table": "t", "more_ach": ["drug"]}},
            r"states.less_ach is empty, and states.by is intervals: list the labels",
        ),
        ("speed", {"speed": {"series": None}}, r"speed.series is null, and states.by"),
        ("speed_and_pupil", {}, r"nwb.pupil.series is null, and states.by is speed_an"),
        (
            "speed",
            {"states": {"table": "t"}},
            r"states.table=t, and states.by is speed: set states.by to intervals",
        ),
    ],
)
def test_a_mapping_must_let_states_be_told_apart(settings, tmp_path, by, nwb, said):
    nwb = {**nwb, "files": {1: str(tmp_path / "x.nwb")}}
    (tmp_path / "x.nwb").touch()
    values = settings()
    own = values["recordings"]["nwb"]
    for key, value in nwb.items():
        own[key] = {**own[key], **value} if isinstance(value, dict) else value
    values["recordings"]["source"] = "nwb"
    values["states"]["by"] = by
    with pytest.raises(ConfigError, match=said):
        parse_config(values)
