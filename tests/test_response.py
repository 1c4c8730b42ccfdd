"""What a detector answers to each degree: counts of the structures, widths of the page, and what is not seen."""

from itertools import pairwise
from math import exp, log
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import planner
from planner.cli import main
from planner.comparisons.observed import expected_responses, read_observed
from planner.errors import ParameterError, ProcedureError
from planner.mixtures.degrees import molar_shares
from planner.mixtures.records import peak_record
from planner.mixtures.response import expected_response
from planner.mixtures.words import peaks_text
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
LISTED = "m/z,area\n197.1107,60\n293.1141,80\n101.1073,5\n"


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


def test_shares_are_of_moles() -> None:
    """Areas made of moles by UV come back as shares that add up to 1, each inside its interval."""
    responses = expected_response(read_pair("NCc1ccccc1", "O=Cc1ccccc1"), MODEL, "UV")
    moles = (0.2, 0.5, 0.3)
    areas = [
        (n, 50.0 * x * exp(ln)) for n, (x, ln) in enumerate(zip(moles, (0.0, *responses.ln), strict=True))
    ]
    found = molar_shares(areas, responses)
    assert [one.share for one in found] == pytest.approx(moles)
    assert all(one.low < one.share < one.high for one in found)


def test_the_interval_of_shares_is_that_of_draws() -> None:
    """5 and 95 % of the shares over a hundred thousand drawn responses lie where the intervals say, within a point."""
    dice = np.random.default_rng(1)
    for detector in ("UV", "FID", "MS"):
        responses = expected_response(read_pair("NCCNCc1ccccc1", "O=Cc1ccccc1"), MODEL, detector)
        areas = [(0, 1.0), (1, 6.0), (2, 2.0)]
        drawn = np.column_stack(
            [np.full(100_000, areas[0][1])]
            + [
                area * np.exp(-dice.normal(ln, sd, 100_000))
                for (_, area), ln, sd in zip(areas[1:], responses.ln, responses.sd, strict=False)
            ]
        )
        drawn = drawn / drawn.sum(axis=1, keepdims=True)
        for column, one in enumerate(molar_shares(areas, responses)):
            low, high = np.quantile(drawn[:, column], (0.05, 0.95))
            assert (one.low, one.high) == pytest.approx((low, high), abs=0.01 if detector != "MS" else 0.05)


def test_shares_leave_out_what_is_not_seen() -> None:
    """By UV an area of the diazepane cannot be its own: shares are of mono and di, and the words say so."""
    table = planner.identify("C1CNCCCN1", "O=Cc1cccs1", LISTED, detector="uv", draws=16)
    assert table.areas == ((0, 5.0), (1, 60.0), (2, 80.0))
    assert {one.degree: one.share for one in table.shares} == pytest.approx({1: 0.6, 2: 0.4})
    said = peaks_text(table)
    assert "mono 60%" in said
    assert "not seen, which is not 0 %: unreacted" in said
    record = peak_record(table)
    assert record["responses"]["reference"] == 1
    assert sum(one["share"] for one in record["shares"]) == pytest.approx(1.0)


def test_without_a_detector_areas_stay_areas() -> None:
    """No detector, no moles: nothing is divided, and the line says how to have it."""
    table = planner.identify("C1CNCCCN1", "O=Cc1cccs1", LISTED, draws=16)
    assert table.responses is None
    assert table.shares == ()
    assert "not corrected for response" in peaks_text(table)


def test_the_command_takes_a_detector(tmp_path: Path) -> None:
    """--detector reaches the answer; one that is not known ends with one line and code 2."""
    file = tmp_path / "peaks.csv"
    file.write_text(LISTED)
    asked = ["identify", "C1CNCCCN1", "O=Cc1cccs1", str(file), "--draws", "16", "--detector"]
    done = CliRunner().invoke(main, [*asked, "FID"])
    assert done.exit_code == 0
    assert "expected response of FID" in done.stdout
    refused = CliRunner().invoke(main, [*asked, "smell"])
    assert refused.exit_code == 2
    assert "expected UV, MS, ELSD, FID, NMR" in refused.stderr


def test_nothing_seen_has_no_shares() -> None:
    """Areas of what the detector does not see alone, or areas of 0, give no shares rather than a division by 0."""
    responses = expected_response(read_pair("C1CNCCCN1", "O=Cc1cccs1"), MODEL, "UV")
    assert molar_shares([(0, 10.0)], responses) == ()
    assert molar_shares([(0, 10.0), (1, 0.0)], responses) == ()
    (one,) = molar_shares([(1, 7.0)], responses)
    assert (one.share, one.low, one.high) == (1.0, 1.0, 1.0)
