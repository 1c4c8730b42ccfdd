"""Numbers as people type them: read as meant, or refused with what to write."""

import contextlib

import pytest
from hypothesis import given, strategies as st

from planner.errors import PlannerError
from planner.files.typed import UNITS, typed_number

MEANT = [
    ("1,5", "equivalents", 1.5),
    ("0,3", "equivalents", 0.3),
    (" 1.05 ", "equivalents", 1.05),
    ("1.1 eq", "equivalents", 1.1),
    ("1,1 equiv", "equivalents", 1.1),
    ("110 mol%", "equivalents", 1.1),
    ("95 %", "fraction", 0.95),
    ("95%", "fraction", 0.95),
    ("99,5 %", "fraction", 0.995),
    ("0,95", "fraction", 0.95),
    ("12 %", "per cent", 12.0),
    ("12,5", "per cent", 12.5),
    ("2 h", "h", 2.0),
    ("30 min", "h", 0.5),
    ("1 d", "h", 24.0),
    ("25 °C", "C", 25.0),
    ("\u221210 °C", "C", -10.0),
    ("298.15 K", "C", 25.0),
    ("200 mM", "M", 0.2),
    ("0,2 mol/L", "M", 0.2),
    ("3 portions", "portions", 3.0),
    ("0.25 kg", "kg", 0.25),
    ("250 g", "kg", 0.25),
    ("1 250", "kg", 1250.0),
    ("1\u202f250,5 kg", "kg", 1250.5),
    ("1.000,5", "kg", 1000.5),
    ("1,000.5", "kg", 1000.5),
    ("0,250", "kg", 0.25),
    (",5", "h", 0.5),
    ("1e-3", "equivalents", 0.001),
]
NOT = [
    ("1,250", "kg"),
    ("1,2,3", "h"),
    ("1.2.3", "h"),
    ("1 5", "h"),
    ("much", "h"),
    ("1/2", "h"),
    ("~2", "h"),
    ("<0.5", "h"),
    ("1_000", "h"),
    ("1e999", "h"),
    ("\u0661", "h"),
    ("\uff11", "h"),
    ("1;5", "h"),
    ("--1", "h"),
    ("2 h", "C"),
    ("25 C", "h"),
    ("5 g", "equivalents"),
    ("2 to 3", "h"),
    ("2 h 30 min", "h"),
    ("", "h"),
    ("1,", "h"),
    ("5 m", "M"),
    ("95 %", "h"),
    ("1'000", "kg"),
    ("0x10", "h"),
]


@pytest.mark.parametrize(("text", "kind", "value"), MEANT)
def test_what_is_typed_is_what_is_meant(text: str, kind: str, value: float) -> None:
    """Decimal commas, spaces and units give the number that a person means by them."""
    assert typed_number(text, kind, "it") == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(("text", "kind"), NOT)
def test_what_could_be_two_numbers_or_none_is_refused(text: str, kind: str) -> None:
    """A refusal is one line that repeats what was typed and says what to write."""
    with pytest.raises(PlannerError, match=r"it .*(write|give)"):
        typed_number(text, kind, "it")


@given(st.floats(-1e6, 1e6, allow_nan=False), st.sampled_from(sorted(UNITS)))
def test_a_plain_number_is_itself(number: float, kind: str) -> None:
    """What Python writes is read to the bit; the same with a comma is the same number or refused, never another."""
    text = repr(number)
    assert typed_number(text, kind, "it") == number
    with contextlib.suppress(PlannerError):
        assert typed_number(text.replace(".", ","), kind, "it") == number
