"""Bad input gets one clear line, in Python and on the command line, and never anything else."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, strategies as st

import planner
from planner.cli import main

GOOD_AMINE, GOOD_CARBONYL = "NCc1ccccc1", "CCCC=O"

STRUCTURES = [
    # amine, carbonyl, a word of the message
    ("", GOOD_CARBONYL, "empty"),
    ("   ", GOOD_CARBONYL, "empty"),
    ("not a molecule", GOOD_CARBONYL, "SMILES"),
    ("NCc1ccccc", GOOD_CARBONYL, "SMILES"),
    ("N(C)(C)(C)C", GOOD_CARBONYL, "bonds"),
    ("NCC(", GOOD_CARBONYL, "SMILES"),
    ("C" * 101 + "N", GOOD_CARBONYL, "100"),
    ("C" * 5000 + "N", GOOD_CARBONYL, "characters"),
    ("NCC.NCCC", GOOD_CARBONYL, "mixture"),
    ("[Na]", GOOD_CARBONYL, ""),
    ("NCC[Pd]", GOOD_CARBONYL, "Pd"),
    ("NC[CH2]", GOOD_CARBONYL, "radical"),
    ("NCC*", GOOD_CARBONYL, "*"),
    ("CCN(CC)CC", GOOD_CARBONYL, "tertiary"),
    ("CC(=O)NC", GOOD_CARBONYL, "amide"),
    ("CS(=O)(=O)NC", GOOD_CARBONYL, "sulfonamide"),
    ("c1ccc2[nH]ccc2c1", GOOD_CARBONYL, "N-H"),
    ("NC(=N)N", GOOD_CARBONYL, "guanidine"),
    ("CC#N", GOOD_CARBONYL, "nitrile"),
    ("CCO", GOOD_CARBONYL, "nitrogen"),
    ("NNC", GOOD_CARBONYL, "hydrazine"),
    ("NOC", GOOD_CARBONYL, "hydroxylamine"),
    ("NCCC=O", GOOD_CARBONYL, "aldehyde"),
    ("NCCCC(C)=O", GOOD_CARBONYL, "ketone"),
    ("NCCNCCNCCNCCNCCNCCNCCNCCN", GOOD_CARBONYL, "8"),
    ("C[N+](C)(C)C", GOOD_CARBONYL, ""),
    (GOOD_AMINE, "", "empty"),
    (GOOD_AMINE, "CC(=O)OC", "ester"),
    (GOOD_AMINE, "CC(=O)N(C)C", "amide"),
    (GOOD_AMINE, "CC(=O)O", "acid"),
    (GOOD_AMINE, "CCO", "carbonyl"),
    (GOOD_AMINE, "CC(=O)Cl", "halide"),
    (GOOD_AMINE, "C=C=O", "ketene"),
    (GOOD_AMINE, "O=C1C=CC(=O)C=C1", "quinone"),
    (GOOD_AMINE, "CC(=O)C(C)=O", "1,2"),
    (GOOD_AMINE, "CC(C=O)CCC=O", "different reactive carbonyls"),
    (GOOD_AMINE, "c1ccccc1", "carbonyl"),
    (GOOD_AMINE, "O=C=O", ""),
    (GOOD_AMINE, "C1OCOCO1", "C=O"),
]

FIELDS = [
    ({"carbonyl_equivalents": -1.0}, "carbonyl_equivalents"),
    ({"carbonyl_equivalents": float("nan")}, "finite"),
    ({"carbonyl_equivalents": float("inf")}, "finite"),
    ({"carbonyl_equivalents": 51.0}, "50"),
    ({"reductant_equivalents": -0.1}, "reductant_equivalents"),
    ({"acid_equivalents": 1e9}, "acid_equivalents"),
    ({"addition": "quickly"}, "slow_carbonyl"),
    ({"addition_time_h": 2.0}, "slow_carbonyl"),
    ({"addition": "imine_first", "addition_time_h": 2.0}, "slow_carbonyl"),
    ({"addition": "all_at_once", "imine_time_h": 2.0}, "imine_first"),
    ({"addition": "slow_carbonyl", "addition_time_h": 169.0}, "168"),
    ({"hold_time_h": -2.0}, "hold_time_h"),
    ({"temperature_C": 151.0}, "150"),
    ({"temperature_C": -81.0}, "-80"),
    ({"concentration_M": 0.0}, "concentration_M"),
    ({"concentration_M": 55.0}, "10 M"),
    ({"concentration_M": 5.5}, "at most 5 M"),
    ({"feed_volume_fraction": 0.95}, "0.9"),
    ({"reductant": "NaBH3CM"}, "NaBH3CN"),
    ({"reductant": "LiAlH4"}, "STAB"),
    ({"reductant": ""}, "name"),
    ({"solvent": "methanoll"}, "MeOH"),
    ({"solvent": "beer"}, "solvent"),
    ({"water": "moist"}, "sieves"),
    ({"quench": "none"}, "aqueous"),
    ({"target": "quad"}, "mono"),
    ({"target": "tri"}, "N-H"),
    ({"target": "0"}, "at least 1"),
    ({"target": "-1"}, "mono"),
    ({"basis": "solvent"}, "carbonyl"),
    ({"draws": 0}, "draws"),
    ({"draws": 10**9}, "draws"),
    ({"seed": -1}, "seed"),
    ({"models": "no/such/folder"}, "folder"),
    ({"models": str(Path(__file__).parent)}, "no model 'default'"),
    ({"reductant": "NaBH3CN", "solvent": "DCE"}, "DCE"),
]

PYTHON_ONLY = [
    ({"carbonyl_equivalents": "one"}, "finite number"),
    ({"carbonyl_equivalents": True}, "finite number"),
    ({"temperature_C": [25]}, "finite number"),
    ({"equivalents": 1.0}, "carbonyl_equivalents"),
    ({"target": None}, "mono"),
    ({"draws": 2.5}, "whole number"),
]


def one_line(error: BaseException) -> str:
    """The message, which must be one line."""
    message = str(error)
    assert message
    assert "\n" not in message
    return message


def test_the_table_is_long_and_its_messages_differ() -> None:
    """At least 60 bad inputs, each with a message of its own."""
    messages = []
    for amine, carbonyl, _ in STRUCTURES:
        with pytest.raises(planner.PlannerError) as caught:
            planner.predict(amine, carbonyl)
        messages.append(str(caught.value))
    for fields, _ in FIELDS + PYTHON_ONLY:
        with pytest.raises(planner.PlannerError) as caught:
            planner.predict(GOOD_AMINE, GOOD_CARBONYL, **fields)
        messages.append(str(caught.value))
    assert len(messages) >= 60
    assert len(set(messages)) >= len(messages) - 6  # blank twice, the same wrong time under two additions ...


@pytest.mark.parametrize(("amine", "carbonyl", "word"), STRUCTURES)
def test_bad_structure(amine: str, carbonyl: str, word: str) -> None:
    """A structure that cannot be planned is a PlannerError that says why, and exit 2 on the command line."""
    with pytest.raises(planner.PlannerError) as caught:
        planner.predict(amine, carbonyl)
    assert word.lower() in one_line(caught.value).lower()
    result = CliRunner().invoke(main, ["predict", "--", amine, carbonyl])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert word.lower() in result.stderr.lower()


@pytest.mark.parametrize(("fields", "word"), FIELDS)
def test_bad_field(fields: dict, word: str) -> None:
    """A field that cannot be used is a PlannerError that names it, and exit 2 on the command line."""
    with pytest.raises(planner.PlannerError) as caught:
        planner.predict(GOOD_AMINE, GOOD_CARBONYL, **fields)
    assert word.lower() in one_line(caught.value).lower()
    flags = [f"--{name.replace('_', '-').lower()}={value}" for name, value in fields.items()]
    result = CliRunner().invoke(main, ["predict", GOOD_AMINE, GOOD_CARBONYL, *flags])
    assert result.exit_code == 2
    assert word.lower() in result.stderr.lower()


@pytest.mark.parametrize(("fields", "word"), PYTHON_ONLY)
def test_bad_type(fields: dict, word: str) -> None:
    """A value of the wrong kind is a PlannerError, not a TypeError."""
    with pytest.raises(planner.PlannerError) as caught:
        planner.predict(GOOD_AMINE, GOOD_CARBONYL, **fields)
    assert word.lower() in one_line(caught.value).lower()


def test_cyanide_in_acid_is_refused() -> None:
    """Cyanoborohydride is refused below an estimated pH of 3: a weak base with a great excess of acid."""
    with pytest.raises(planner.ProcedureError, match="hydrogen cyanide"):
        planner.predict("Nc1ccc([N+](=O)[O-])cc1", GOOD_CARBONYL, reductant="NaBH3CN", acid_equivalents=50.0)


@given(st.text(max_size=60))
def test_any_text_as_smiles(text: str) -> None:
    """Whatever is typed into the SMILES field ends in an answer or a PlannerError of one line."""
    try:
        planner.predict(text, GOOD_CARBONYL, draws=1)
    except planner.PlannerError as error:
        one_line(error)


@pytest.mark.parametrize(
    "arguments", [["predict"], ["predict", "N"], ["nonsense"], ["sites"], ["predict", "N", "C=O", "--what"]]
)
def test_bad_call(arguments: list[str]) -> None:
    """A call that is not a call exits with 2 and shows no traceback."""
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["predict", "NCC", "CCCC=O", "--reductant", "STAB", "--reductant", "NaBH4"],
            "given 2 times; keep one",
        ),
        (
            ["recommend", "NCC", "CCCC=O", "--hold-time-h", "1", "--hold-time-h", "2"],
            "given 2 times; keep one",
        ),
        (["predict", "NCC", "CCCC=O", "--temperature-c", "2_5"], "'2_5' is not a number"),
        (["predict", "NCC", "CCCC=O", "--temperature-c", "\u0662\u0665"], "is not a number"),
        (["predict", "NCC", "CCCC=O", "--draws", "nan"], "not a valid integer"),
        (["predict", "NCC", "CCCC=O", "--format", "xml"], "'xml' is not one of"),
        (["predict"], "Missing argument 'AMINE'"),
        (["predikt"], "No such command 'predikt'"),
    ],
)
def test_a_slip_of_usage_is_one_line(words: list[str], said: str) -> None:
    """Options that are given twice, unreadable or unknown are told in one line that names the help; exit 2."""
    run = CliRunner().invoke(main, words)
    assert run.exit_code == 2
    (line,) = run.stderr.splitlines()
    assert said in line
    assert "--help`" in line
    assert run.stdout == ""
