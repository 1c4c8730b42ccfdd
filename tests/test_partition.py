"""Measured log P: rows that can be used, and where they stand in for the sum of atoms."""

from itertools import pairwise

import numpy as np
import pytest

from planner.errors import ParameterError
from planner.mixtures import partition
from planner.mixtures.partition import load_log_p, log_p_of
from planner.mixtures.properties import properties_of
from planner.mixtures.separation import load_separation
from planner.model.parameters import load_model
from planner.structures.regulated import check_regulated
from planner.structures.sensitive import log_p
from planner.structures.structure import canonical_smiles, molecule, read_structure

TABLE = load_log_p()


def test_rows_are_canonical_amines_with_width_and_source() -> None:
    """Each row is found by what the planner writes, is an amine without an acid group, and cites its source."""
    for smiles, row in TABLE.items():
        assert canonical_smiles(molecule(smiles)) == smiles
        counts = read_structure(smiles)
        assert "N" in counts.formula
        assert not properties_of(smiles, load_model(), load_separation()).pKa
        assert 0.1 <= row.sd <= 0.5
        assert len(row.source) > 10
        check_regulated([smiles])


def test_a_methylene_group_adds_what_it_always_does() -> None:
    """Along the primary n-alkylamines each carbon adds 0.3 to 0.7, as Hansch's rule of half a unit has it."""
    chain = [TABLE["C" * n + "N"].value for n in range(1, 9)]
    assert all(0.3 <= b - a <= 0.7 for a, b in pairwise(chain))
    assert TABLE["N"].value < chain[0]


def test_the_sum_of_atoms_has_the_width_that_is_stated() -> None:
    """Against the table the sum of atoms errs by less than its stated 0.8, most for ammonia and diamines, upwards."""
    off = {smiles: log_p(smiles) - row.value for smiles, row in TABLE.items()}
    assert np.sqrt(np.mean(np.square([*off.values()]))) < load_separation().number("log_p_sd")
    for smiles in ("N", "NCCN", "NCCCN", "C1CNCCN1"):
        assert off[smiles] > 0.5
    assert max(off, key=lambda s: off[s]) == "N"


@pytest.mark.parametrize("smiles", ["NCCN", "CN", "NCc1ccccc1", "CCN(CC)CC"])
def test_what_was_measured_counts(smiles: str) -> None:
    """A listed amine has its measured value and width; one carbon more, which is not listed, has the sum of atoms."""
    own = properties_of(smiles, load_model(), load_separation())
    assert (own.log_p, own.log_p_sd) == (TABLE[smiles].value, TABLE[smiles].sd)
    assert log_p_of("NCCCCCCCCCCCC", 0.8) == (log_p("NCCCCCCCCCCCC"), 0.8)


def test_ammonia_stays_in_water() -> None:
    """Beside an amine that likes the solvent ammonia is no neighbour that extraction would have to fear."""
    own = properties_of("N", load_model(), load_separation())
    taken = own.solute(load_separation().solvent("MTBE"), load_separation())
    assert own.log_p < -1.0
    assert float(10.0**taken.log_p) < 0.05


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("CN,methylamine,74-89-5,much,0.2,a", "log P"),
        ("CN,methylamine,74-89-5,-0.5,0,a", "width"),
        ("N,a,,1,0.2,b", "twice"),
    ],
)
def test_a_damaged_file_is_named(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, line: str, word: str
) -> None:
    """What is no number, has no width or stands twice is refused with its line."""
    folder = tmp_path
    text = "smiles,name,cas,log_p,sd,source\nN,ammonia,7664-41-7,-1.4,0.4,recalled\n" + line + "\n"
    (folder / "log_p.csv").write_text(text)  # type: ignore[operator]
    monkeypatch.setattr(partition, "models_folder", lambda: folder)
    load_log_p.cache_clear()
    with pytest.raises(ParameterError, match=word):
        load_log_p()
    load_log_p.cache_clear()
