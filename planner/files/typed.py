"""Typed: numbers as people type them, with a decimal comma, a unit and spaces, read in one way everywhere.

A command line, a box on the screen and a link ask this one reader. What it cannot read for sure it refuses, and
says what to write; it never takes another number than the one that was meant.
"""

import math
import re
from collections.abc import Mapping

from planner.errors import ProcedureError, shown

_NUMBER = re.compile(
    r"([+-]?)\s*(\d[\d .,]*|[.,]\d+)(e[+-]?\d{1,3})?(?![\d.,])\s*([a-z%°×].*|)", re.ASCII | re.IGNORECASE
)
_POINT = re.compile(r"\d+\.?\d*|\.\d+", re.ASCII)
_COMMA = re.compile(r"(\d*),(\d+)", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}( \d{3})+([.,]\d+)?|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(\.\d{3})+,\d+", re.ASCII)
_BLANKS = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\t"), " ") | {ord("\u2212"): "-"}
_ZERO_C = 273.15

_SHARE = {"%": 0.01, "per cent": 0.01, "percent": 0.01}
_AMOUNT = {
    "eq": 1.0,
    "eq.": 1.0,
    "equiv": 1.0,
    "equiv.": 1.0,
    "equivs": 1.0,
    "equivalent": 1.0,
    "equivalents": 1.0,
}
UNITS: Mapping[str, Mapping[str, float]] = {
    "equivalents": _AMOUNT | _SHARE | {"mol%": 0.01, "mol %": 0.01, "mol/mol": 1.0},
    "fraction": _SHARE,
    "per cent": {"%": 1.0, "per cent": 1.0, "percent": 1.0, "mol%": 1.0, "mol %": 1.0},
    "h": {
        "h": 1.0, "hr": 1.0, "hrs": 1.0, "hour": 1.0, "hours": 1.0, "min": 1 / 60, "mins": 1 / 60,
        "minute": 1 / 60, "minutes": 1 / 60, "s": 1 / 3600, "d": 24.0, "day": 24.0, "days": 24.0,
    },
    "C": {"c": 1.0, "°c": 1.0, "° c": 1.0, "degc": 1.0, "deg c": 1.0, "°": 1.0, "k": 1.0},
    "M": {"m": 1.0, "mol/l": 1.0, "mmol/ml": 1.0, "mm": 1e-3, "mmol/l": 1e-3},
    "portions": {"portion": 1.0, "portions": 1.0, "x": 1.0, "×": 1.0},
    "kg": {"kg": 1.0, "g": 1e-3, "mg": 1e-6, "t": 1e3},
    "g": {"g": 1.0, "mg": 1e-3, "kg": 1e3},
    "": {},
}  # fmt: skip
"""What each kind of number may be followed by, in small letters, and what one of it is in the kind's own unit."""
_EXAMPLE = {
    "equivalents": "1.05", "fraction": "0.95 or 95 %", "per cent": "12", "h": "2 or 30 min", "C": "25",
    "M": "0.2", "portions": "3", "kg": "0.25", "g": "1.5",
}  # fmt: skip


def typed_number(text: str, kind: str, name: str) -> float:
    """Read a number that a person typed.

    Parameters
    ----------
    text
        Digits with a decimal point or comma, thousands apart by spaces, a unit behind it or none.
    kind
        A key of ``UNITS``; the number comes in its unit.
    name
        What the number is of, for the message.

    Raises
    ------
    ProcedureError
        If it is no number, could be two numbers, or has the unit of another quantity.

    Examples
    --------
    >>> typed_number("1,5", "equivalents", "carbonyl"), typed_number(" 95 % ", "fraction", "purity")
    (1.5, 0.95)
    >>> typed_number("30 min", "h", "hold"), typed_number("298.15 K", "C", "temperature")
    (0.5, 25.0)
    """
    plain = " ".join(text.translate(_BLANKS).split())
    if plain.casefold().lstrip("+-") in ("nan", "inf", "infinity"):
        return float(plain)  # whoever asked names the range, or says that it is not finite
    found = _NUMBER.fullmatch(plain)
    digits = found[2].strip() if found else ""
    advice = f"give one such as {_EXAMPLE.get(kind, '1.05')}"
    if not found or not (value := _value(digits, name, text)):
        raise ProcedureError(f"{name} {shown(text)} is not a number; {advice}")
    number = float(f"{found[1]}{value}{found[3] or ''}")
    if not math.isfinite(number):
        raise ProcedureError(f"{name} {shown(text)} is too large; {advice}")
    return _in_unit(number, found[4], kind, f"{name} {shown(text)}")


def _value(digits: str, name: str, text: str) -> str:
    """Write digits with a decimal point and nothing else; empty where they are no number.

    Raises
    ------
    ProcedureError
        If a comma may stand for thousands as well.
    """
    if _POINT.fullmatch(digits):
        return digits
    if comma := _COMMA.fullmatch(digits):
        whole, part = comma[1] or "0", comma[2]
        if len(part) == 3 and float(whole):
            raise ProcedureError(
                f"{name} {shown(text)} may be {whole}.{part} or {whole}{part}; write {whole}.{part} or {whole}{part}"
            )
        return f"{whole}.{part}"
    if _THOUSANDS.fullmatch(digits):
        last = max(digits.rfind("."), digits.rfind(","))
        whole, part = (digits[:last], digits[last + 1 :]) if last > 0 else (digits, "0")
        return f"{re.sub(r'[ .,]', '', whole)}.{part}"
    return ""


def _in_unit(number: float, unit: str, kind: str, given: str) -> float:
    """Take a number to the unit of its kind; one that stands alone is in it already."""
    word = unit.strip().casefold()
    if not word:
        return number
    known = UNITS[kind]
    if kind == "M" and unit.strip() in ("m", "Mm"):  # molal and megamolar are no slips of the pen
        known = {}
    if word not in known:
        alone = f"write the number alone, in {kind}" if kind else "write the number alone"
        raise ProcedureError(f"{given} has {unit!r} behind the number, which does not fit here; {alone}")
    if kind == "C" and word == "k":
        return round(number - _ZERO_C, 9)
    return float(f"{number * known[word]:.15g}")
