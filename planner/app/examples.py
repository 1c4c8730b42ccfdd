"""Worked examples: inputs to load with one click, and to learn from."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """Inputs of a plan; what is not given takes its default."""

    name: str
    """On the button."""
    lesson: str
    """What to look at."""
    inputs: Mapping[str, object]
    """By the name of the input."""


EXAMPLES = (
    Example(
        name="Benzylamine + butanal, mono",
        lesson="A primary amine and an aldehyde: equivalents decide, slow addition hardly helps.",
        inputs={"amine": "NCc1ccccc1", "carbonyl": "CCCC=O", "target": "mono"},
    ),
    Example(
        name="Spermine, exhaustive methylation",
        lesson="Four nitrogens, six N-H: an excess of formaldehyde takes them all.",
        inputs={
            "amine": "NCCCNCCCCNCCCN",
            "carbonyl": "C=O",
            "target": "exhaustive",
            "carbonyl_equivalents": 12.0,
            "reductant": "NaBH3CN",
        },
    ),
    Example(
        name="1,4-Diazepane, mono-benzylation",
        lesson="Two equal nitrogens in one ring: excess diamine, or accept near-statistical mono.",
        inputs={
            "amine": "C1CNCCNC1",
            "carbonyl": "O=Cc1ccccc1",
            "target": "mono",
            "carbonyl_equivalents": 0.8,
        },
    ),
    Example(
        name="Ammonia + cyclohexanone, mono",
        lesson="The ketone is precious: judge by carbonyl, and use ammonia in excess.",
        inputs={
            "amine": "N",
            "carbonyl": "O=C1CCCCC1",
            "target": "mono",
            "basis": "carbonyl",
            "carbonyl_equivalents": 0.1,
            "reductant": "NaBH3CN",
        },
    ),
)
