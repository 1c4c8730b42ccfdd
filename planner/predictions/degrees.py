"""Degrees: words for how many new alkyl groups a molecule has."""

WORDS = ("unreacted", "mono", "di", "tri")
KINDS = ("below target", "target", "above target")


def degree_word(degree: int) -> str:
    """Name a degree of alkylation."""
    return WORDS[degree] if degree < len(WORDS) else f"{degree} alkyl"


def kind_of(degree: int, target: int) -> str:
    """Tell on which side of the target a degree lies."""
    return KINDS[(degree > target) - (degree < target) + 1]
