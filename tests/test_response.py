"""What a detector answers to each degree: counts of the structures, widths of the page, and what is not seen."""

from itertools import pairwise
from math import exp, log

import pytest

from planner.comparisons.observed import expected_responses, read_observed
from planner.errors import ParameterError, ProcedureError
from planner.mixtures.response import expected_response
from planner.model import detectors
from planner.model.detectors import load_detectors
from planner.model.parameters import load_model
from planner.structures.chromophores import n_chromophores
from planner.structures.detection import n_effective_carbons
from planner.structures.pairs import read_pair

PAIRS = (
    ("NCc1ccccc1", "CCCC=O"),
    ("NCc1ccccc1", "O=Cc1ccccc1"),
    ("C1CNCCCN1", "O=Cc1cccs1"),
    ("NCCc1ccccc1", "O=C1CCCCC1"),
    ("CCCCCCCCCCN", "O=CC=Cc1ccccc1"),
)
MODEL = load_model()


@pytest.mark.parametrize("detector", load_detectors().names)
@pytest.mark.parametrize(("amine", "carbonyl"), PAIRS)
def test_areas_of_moles_give_them_back(amine: str, carbonyl: str, detector: str) -> None:
    """Moles times their expected responses, in any unit, are read as those moles again."""
    pair = read_pair(amine, carbonyl)
    try:
        found = expected_response(pair, MODEL, detector)
    except ProcedureError:
        assert not any(expected_responses(pair, detector))
        return
    moles = {"unreacted": 0.2, "mono": 0.7, "di": 0.1}
    factors = (1.0, *(exp(x) for x in found.ln))
    areas = {name: 31.4 * n * f for (name, n), f in zip(moles.items(), factors, strict=False)}
    if found.is_amine_invisible:
        del areas["unreacted"]
    read = dict(read_observed(areas, pair, detector=detector).fractions)
    whole = sum(moles[name] for name in read)
    assert read == pytest.approx({name: moles[name] / whole for name in read})


@pytest.mark.parametrize(("amine", "carbonyl"), PAIRS)
def test_uv_counts_the_chromophores_of_the_structures(amine: str, carbonyl: str) -> None:
    """By UV degree n answers as its chromophores over the amine's, or over mono's where the amine has none."""
    pair = read_pair(amine, carbonyl)
    counted = [n_chromophores(pair.isomers(n)[0]) for n in range(pair.n_hydrogens + 1)]
    found = expected_response(pair, MODEL, "uv")
    assert found.is_amine_invisible == (counted[0] == 0)
    assert found.reference == found.is_amine_invisible
    base = counted[found.reference]
    assert found.ln == pytest.approx([log(n / base) for n in counted[1:]])
    for ln, sd, degree in zip(found.ln, found.sd, range(1, 9), strict=False):
        is_reference = degree == found.reference
        assert sd == (0.0 if is_reference else 0.15 if ln else 0.10)


def test_what_uv_does_not_see_is_never_nought() -> None:
    """Diazepane has no chromophore: ratios are to mono, di answers twice, and the note says that unseen is not 0 %."""
    found = expected_response(read_pair("C1CNCCCN1", "O=Cc1cccs1"), MODEL, "UV")
    assert found.is_amine_invisible
    assert found.reference == 1
    assert found.ln == pytest.approx((0.0, log(2.0)))
    assert "which is not 0 %: unreacted" in found.note


@pytest.mark.parametrize(("amine", "carbonyl"), [("CCCCN", "CCCC=O"), ("C1CCNC1", "CC(C)=O")])
def test_a_detector_that_sees_nothing_is_refused(amine: str, carbonyl: str) -> None:
    """UV without a chromophore in the flask is refused in one line that says what to do."""
    with pytest.raises(ProcedureError, match="another detector"):
        expected_response(read_pair(amine, carbonyl), MODEL, "UV")


@pytest.mark.parametrize(
    ("amine", "carbonyl", "seen"),
    [
        ("CN", "O=Cc1ccc2ccccc2c1", (False, True, True)),
        ("CCCCN", "CCCC=O", (False, False, True)),
        ("NCCc1ccccc1", "CCCC=O", (True, True, True)),
    ],
)
def test_light_scattering_does_not_see_what_evaporates(
    amine: str, carbonyl: str, seen: tuple[bool, ...]
) -> None:
    """Methylamine, butylamine and dibutylamine (160 C) leave before they are counted; larger amines are seen alike."""
    found = expected_response(read_pair(amine, carbonyl), MODEL, "ELSD")
    assert (not found.is_amine_invisible, *found.seen) == seen
    assert found.reference == seen.index(True)
    assert set(found.ln) == {0.0}
    assert all(
        (sd == 0.2) == (s and n != found.reference)
        for n, (s, sd) in enumerate(zip(found.seen, found.sd, strict=True), 1)
    )


@pytest.mark.parametrize(
    ("smiles", "carbons"),
    [
        ("CCCCCCCC", 8.0),
        ("c1ccccc1", 6.0),
        ("CC(C)=O", 2.0),
        ("CC#N", 1.3),
        ("C=CCCCC", 5.9),
        ("CCOCC", 3.0),
        ("CCOC(C)=O", 2.75),
        ("CCCCO", 3.5),
        ("CC(C)O", 2.25),
        ("CC(C)(C)O", 3.75),
        ("CCCCN", 3.5),
        ("CCNCC", 3.25),
        ("CCN(CC)CC", 5.75),
        ("N", 0.0),
    ],
)
def test_effective_carbons(smiles: str, carbons: float) -> None:
    """A flame counts a hydrocarbon's carbons, no carbonyl carbon, and less for what oxygen and nitrogen hold."""
    assert n_effective_carbons(smiles) == pytest.approx(carbons)


@pytest.mark.parametrize(("amine", "carbonyl"), PAIRS)
def test_a_flame_answers_more_to_each_degree(amine: str, carbonyl: str) -> None:
    """Each group brings carbon, so that by FID every degree answers more than the one before, and each by less."""
    found = expected_response(read_pair(amine, carbonyl), MODEL, "FID")
    steps = [b - a for a, b in pairwise((0.0, *found.ln))]
    assert all(step > 0 for step in steps)
    assert steps == sorted(steps, reverse=True)


def test_counts_of_moles_are_alike_and_electrospray_is_not_trusted() -> None:
    """NMR, ELSD and MS expect equal responses, known within 5 %, 20 % and a factor of two."""
    pair = read_pair("NCc1ccccc1", "O=C1CCCCC1")
    for detector, sd in (("NMR", 0.05), ("ELSD", 0.2), ("MS", 0.7)):
        found = expected_response(pair, MODEL, detector)
        assert found.ln == (0.0, 0.0)
        assert found.sd == (sd, sd)
    assert "not for calibration" in expected_response(pair, MODEL, "MS").note


@pytest.mark.parametrize("given", ["UW", "", 7, None, "diode array"])
def test_an_unknown_detector_is_refused(given: object) -> None:
    """What is no detector is named in one line, with those that are."""
    with pytest.raises(ProcedureError, match="expected UV, MS, ELSD, FID, NMR"):
        expected_response(read_pair("NCc1ccccc1", "CCCC=O"), MODEL, given)  # type: ignore[arg-type]


def test_a_damaged_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A detector that counts what nobody knows is refused with the file and the words that are known."""
    table = {
        "sources": {"a": {"citation": "b", "grade": "C"}},
        "detector": [{"name": "UV", "counts": "votes", "sd": 0.1, "note": "n", "source": "a"}],
        "carbon": [],
    }
    monkeypatch.setattr(detectors, "read_toml", lambda file: table)
    load_detectors.cache_clear()
    with pytest.raises(ParameterError, match="chromophores"):
        load_detectors()
    load_detectors.cache_clear()
