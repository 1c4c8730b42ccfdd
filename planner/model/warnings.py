"""Warnings: what two structures, and what is done with them, warn of, read from ``models/warnings.toml``.

A rule is met where every condition that it states is met. Conditions on structures are asked once a pair; those on the
procedure (reductant, acid, temperature, equivalents) when the procedure is settled.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import Annotated

from planner.errors import ParameterError, nearest
from planner.model.checks import Table, Text, Texts, checked_record, one_of
from planner.model.folders import WARNINGS, Shelf
from planner.model.quantities import citations, source_keys, sourced
from planner.model.site_classes import SiteClass, read_definitions, read_list, written_out

MAIN_PRODUCT = "main product changes"
SEVERITIES = (MAIN_PRODUCT, "yield falls", "stereocentre at risk", "handling")
"""The gravest first."""
STRONG = "strong"
"""Stands for every hydride that reduces free carbonyl compounds too."""
OWN_RING, ON_NEW_CARBON = "amine on itself", "amine on the new carbon"
ON_NEW_NITROGEN, OWN_LACTOL = "new nitrogen", "carbonyl on itself"
BETWEEN = {OWN_RING: 0, ON_NEW_CARBON: 1, ON_NEW_NITROGEN: 1, OWN_LACTOL: 0}
"""From where a ring closes, with the number of new atoms that it holds."""
TESTS = {
    "carbonyls alike": (),
    "second carbonyl": ("other", "planned", "lead"),
    "N-H on the carbonyl compound": ("labels",),
    "eager N-H on the carbonyl compound": ("labels",),
    "stereocentre beside the carbonyl": (),
    "acidic stereocentre on the amine": (),
    "diastereomers": (),
    "nitrogens that differ in basicity": ("more", "less"),
    "nitrogens that acid tells apart": ("more", "less"),
    "nitrogen that acid never holds": ("more", "less"),
    "hindered": ("factor",),
    "very hindered": ("factor",),
}
"""What no pattern can say, with the words that it puts into the sentence besides ``partner``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Instead:
    """Another remedy, where the procedure does already what the first one asks or does not bear it."""

    remedy: Text
    """What to do then."""
    reductants: Texts = ()
    """Names, or ``STRONG``."""
    acid_above: float | None = None
    """Acid is more than this [equivalents]."""
    acid_below: float | None = None
    """Acid is less than this [equivalents]."""
    temperature_below_C: float | None = None
    """The flask is never as warm as this."""
    hydride_from_start: bool = False
    """No imine is left to form before the hydride comes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WarningRule:
    """When to warn of what, and what to do; every condition that is stated must be met."""

    name: Text
    """Unique."""
    happens: Text
    """What is there and what to expect; words in braces are put in."""
    remedy: Text
    """What to do."""
    severity: Annotated[str, one_of(*SEVERITIES)]
    """How grave it is."""
    source: Text
    """In full."""
    amine: Texts = ()
    """Patterns of the amine."""
    nitrogen: Texts = ()
    """Patterns of the amine whose first atom is a nitrogen that reacts, and none that a more basic one leads."""
    carbonyl: Texts = ()
    """Patterns of the carbonyl compound."""
    either: Texts = ()
    """Patterns of one of the two, which the sentence calls ``partner``."""
    amine_classes: Texts = ()
    """Classes of a reactive nitrogen, or classes like them."""
    carbonyl_classes: Texts = ()
    """Classes of the carbonyl, or classes like them."""
    pKaH_below: float | None = None
    """The most basic nitrogen that reacts has a pKaH less than this."""
    pKaH_above: float | None = None
    """It has a pKaH of at least this."""
    closes: Annotated[str, one_of(*BETWEEN)] = ""
    """From where a ring closes, see ``BETWEEN``."""
    to: Texts = ()
    """Atoms at which it ends."""
    rings: tuple[int, ...] = ()
    """Its sizes."""
    test: Annotated[str, one_of(*TESTS)] = ""
    """What no pattern can say."""
    reductants: Texts = ()
    """Names, or ``STRONG``."""
    acid_above: float | None = None
    """Acid is more than this [equivalents]."""
    acid_below: float | None = None
    """Acid is less than this [equivalents]."""
    carbonyl_above: float | None = None
    """The carbonyl compound is more than this [equivalents]."""
    carbonyl_below: float | None = None
    """The carbonyl compound is less than this [equivalents]."""
    temperature_above_C: float | None = None
    """The flask is warmer than this."""
    conversion_below: float | None = None
    """Less than this share of what the charge allows is converted: failure is foretold where it is computed."""
    conversion_above: float | None = None
    """At least this share is converted."""
    protic_only: bool = False
    """The amine that it names dissolves in protic solvents only; it is no condition."""
    instead: tuple[Instead, ...] = ()
    """Other remedies; of those that the procedure meets the first is said."""

    @property
    def asks_procedure(self) -> bool:
        """Whether it depends on what is done."""
        limits = (self.acid_above, self.acid_below, self.carbonyl_above, self.carbonyl_below)
        others = (self.temperature_above_C, self.conversion_below, self.conversion_above)
        return bool(self.reductants) or any(x is not None for x in (*limits, *others))

    @property
    def is_grave(self) -> bool:
        """Whether it foretells another main product than the one that is planned."""
        return self.severity == MAIN_PRODUCT

    @property
    def sentence(self) -> str:
        """What is said, with the words in braces."""
        return f"{self.happens}; {self.remedy}."

    @property
    def other_sentences(self) -> tuple[str, ...]:
        """What is said with each of the other remedies."""
        return tuple(f"{self.happens}; {other.remedy}." for other in self.instead)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Book:
    """The file."""

    warning: tuple[Table, ...] = ()
    sources: Table = field(default_factory=dict)
    definitions: Table = field(default_factory=dict)


def load_warnings(shelf: Shelf, classes: Sequence[SiteClass]) -> tuple[WarningRule, ...]:
    """Read the warnings of a models folder, the gravest first; the shipped ones where it has none.

    Raises
    ------
    ParameterError
        If a key is unknown or missing, a name stands twice, a pattern cannot be read, or a class, source or word in
        braces is not known.
    """
    table, where = shelf.read(WARNINGS)
    book = checked_record(_Book, {k: v for k, v in table.items() if k != "warning"}, where)
    definitions = read_definitions(table, where)
    cited = citations(book.sources, where)
    rules: list[WarningRule] = []
    for number, given in enumerate(read_list(table, "warning", where), start=1):
        rule = checked_record(WarningRule, given, f"{where} [[warning]] number {number}")
        place = f"{where} [[warning]] ({rule.name})"
        _check(rule, [r.name for r in rules], classes, cited, place)
        rules.append(written_out(rule, ("amine", "nitrogen", "carbonyl", "either", "to"), definitions, place))
    return tuple(sorted(sourced(rules, cited), key=lambda rule: SEVERITIES.index(rule.severity)))


def _check(
    rule: WarningRule, before: Sequence[str], classes: Sequence[SiteClass], cited: dict[str, str], place: str
) -> None:
    """Refuse a rule that can never be met or said."""
    known = {c.name for c in classes}
    if rule.name in before:
        raise ParameterError(f"{place}: the name stands twice; rename one")
    for name in (*rule.amine_classes, *rule.carbonyl_classes):
        if name not in known:
            raise ParameterError(f"{place}: no site class {name!r}{nearest(name, known)}")
    for key in source_keys(rule.source):
        if key not in cited:
            raise ParameterError(f"{place}: cites {key!r}{nearest(key, cited)}; define [sources.{key}]")
    if not (bool(rule.closes) == bool(rule.to) == bool(rule.rings)):
        raise ParameterError(f"{place}: closes, to and rings go together; give all three or none")
    structures = (
        rule.amine,
        rule.nitrogen,
        rule.carbonyl,
        rule.either,
        rule.amine_classes,
        rule.carbonyl_classes,
    )
    if not any((*structures, rule.closes, rule.test)):
        raise ParameterError(f"{place}: no condition on a structure; give a pattern, a class or a test")
    of_both = (rule.carbonyl, rule.carbonyl_classes, rule.either, rule.closes, rule.test)
    if rule.protic_only and (not rule.amine or any(of_both) or rule.asks_procedure):
        raise ParameterError(
            f"{place}: protic_only is of what the amine alone decides; give patterns of it only"
        )
    words = {"partner"} if rule.either or rule.test == "second carbonyl" else set()
    words |= set(TESTS.get(rule.test, ()))
    for word in (w for s in (rule.sentence, *rule.other_sentences) for w in _words(s, place)):
        if word not in words:
            raise ParameterError(f"{place}: no word for {{{word}}}{nearest(word, words)}")


def _words(sentence: str, place: str) -> list[str]:
    """List the words in braces."""
    try:
        return [word for _, word, _, _ in Formatter().parse(sentence) if word is not None]
    except ValueError:
        raise ParameterError(f"{place}: a brace in the text has no partner; close it") from None
