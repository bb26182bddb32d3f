import numpy as np
import pytest
from bare import bare_circuit

from minicolumn.errors import UnreadableModelError
from minicolumn.tuning.fit import FitOutcome, Fits
from minicolumn.tuning.fits_archive import columns_of_steps, load, save


def test_fits_and_sentences_survive_the_disk(tmp_path, fitting):
    start, end = bare_circuit(4, 2), bare_circuit(4, 2)
    steps = np.arange(3.0)[None]
    fits = Fits([start], [end], [FitOutcome.SILENT], steps, steps, steps)
    save(tmp_path / "fits", 7, fits, fitting, 1)
    identity, found = load(tmp_path / "fits")
    assert identity == 7
    assert found.outcomes == [FitOutcome.SILENT]
    assert found.starts[0].n_exc == 4
    for name, value in vars(start).items():
        np.testing.assert_array_equal(getattr(found.starts[0], name), value)
        assert type(getattr(found.starts[0], name)) is type(value)
    np.testing.assert_array_equal(found.loss, steps)
    columns = columns_of_steps(7, found)
    assert columns["step"].tolist() == [0, 1, 2]
    save(tmp_path / "none", 8, "too few epochs", fitting, 1)
    assert load(tmp_path / "none") == (8, "too few epochs")
    assert columns_of_steps(8, "too few epochs")["loss"] == []
    (tmp_path / "fits" / "weights.safetensors").write_bytes(b"")
    with pytest.raises(UnreadableModelError):
        load(tmp_path / "fits")
