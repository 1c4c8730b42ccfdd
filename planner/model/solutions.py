"""Solutions: what is written on a bottle that holds one, read by rule: compound, strength and solvent in any order.

``25 % aqueous ammonia``, ``methylamine (33% in EtOH)``, ``formaldehyde solution 37 wt%``, ``2 M dimethylamine THF``.
Which bottles there are stands in the catalogue; a strength is that of a listed bottle within ``NEAR``.
"""

import re
from dataclasses import dataclass

NEAR = 0.15
"""Share by which a strength may miss that of a listed bottle, which then gives density and solvent."""
SAME = 0.005
"""Share within which two strengths are one."""
PURE_PER_CENT = 85.0
"""Per cent without a solvent from which a strength is a purity."""
_STRENGTH = re.compile(
    r"(?<![\w.,-])(?P<number>\d+(?:\.\d+)?)\s*-?(?:wt\.?\s*)?(?P<unit>%|molar|mol/l|m|n)"
    r"(?:\s*(?:w/w|w/v|v/v|wt\.?|by weight))?(?![\w-])",
    re.IGNORECASE,
)
_SOLVENTS = {
    "water": ("water", "h2o", "aqueous", "aq", "aq."),
    "MeOH": ("meoh", "methanol"),
    "EtOH": ("etoh", "ethanol"),
    "iPrOH": ("iproh", "ipa", "isopropanol", "2-propanol", "propan-2-ol"),
    "THF": ("thf", "tetrahydrofuran"),
    "DCM": ("dcm", "ch2cl2", "dichloromethane"),
    "MeCN": ("mecn", "acetonitrile"),
    "toluene": ("toluene",),
    "DMF": ("dmf",),
}
_BY_WORD = {word: name for name, words in _SOLVENTS.items() for word in words}
_BRACKETS = re.compile(r"(?<=\s)[(\[]|[)\]](?=[\s,]|$)|,(?=\s|$)")
_FILLING = re.compile(
    r"(?<!\S)(?:solution|soln\.?|ca\.?|approx\.?|about|absolute|abs\.?|anhydrous|dry|of|a|an)(?!\S)",
    re.IGNORECASE,
)
_IN_WATER = re.compile(
    r"(?:aqueous|aq\.?)\s+(?P<before>.+)|(?P<after>.+?)\s+(?:aqueous|aq\.?)", re.IGNORECASE
)
_IN = re.compile(r"(?P<compound>.+?)\s+in\s+(?P<solvent>.+)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Solution:
    """What a label says."""

    compound: str
    """Its name as written."""
    solvent: str
    """The model's name of the solvent, or what is written; empty where nothing is."""
    strength: float | None
    """Per cent by weight, or mol per litre; None where nothing is written."""
    unit: str
    """``%`` or ``M``; empty without a strength."""

    @property
    def is_purity(self) -> bool:
        """Whether the strength is that of a neat compound."""
        return self.unit == "%" and not self.solvent and (self.strength or 0.0) >= PURE_PER_CENT


def read_solution(text: str) -> Solution | None:
    """Part a label into compound, strength and solvent; None where it names no solution.

    Examples
    --------
    >>> read_solution("methylamine (33% in EtOH)")
    Solution(compound='methylamine', solvent='EtOH', strength=33.0, unit='%')
    """
    found = _STRENGTH.search(text)
    rest = text if found is None else f"{text[: found.start()]} {text[found.end() :]}"
    rest = rest if found is None else rest.replace("/", " in ")
    rest = " ".join(_FILLING.sub(" ", _BRACKETS.sub(" ", f" {rest} ")).split())
    compound, solvent = _parted(rest, has_strength=found is not None)
    if not compound or (found is None and not solvent):
        return None
    unit = "" if found is None else "%" if found["unit"] == "%" else "M"
    strength = None if found is None else float(found["number"])
    return Solution(compound=compound, solvent=solvent, strength=strength, unit=unit)


def _parted(rest: str, *, has_strength: bool) -> tuple[str, str]:
    """Part compound and solvent; a solvent without ``in`` stands last, and only beside a strength."""
    if match := _IN.fullmatch(rest):
        word = match["solvent"].strip()
        return match["compound"], _BY_WORD.get(word.casefold(), word)
    if match := _IN_WATER.fullmatch(rest):
        return match["before"] or match["after"], "water"
    head, _, last = rest.rpartition(" ")
    if has_strength and head and last.casefold() in _BY_WORD:
        return head, _BY_WORD[last.casefold()]
    return rest, ""
