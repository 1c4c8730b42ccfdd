"""Cautions: what a chemist would say on seeing two structures, before any number is computed.

All but the bookkeeping of salts are rules of ``models/warnings.toml``: patterns or site classes of the amine, of the
carbonyl compound or of either, rings that close, and a few tests that no pattern can say (``pair_tests``). What a
partner alone decides is asked once a partner. Rules that ask for the procedure are listed too; ``predictions`` says
them where the procedure meets them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Any

from planner.model.model import Model
from planner.model.parameters import load_model
from planner.model.site_classes import pattern
from planner.model.warnings import BETWEEN, ON_NEW_CARBON, ON_NEW_NITROGEN, OWN_LACTOL, WarningRule
from planner.structures.basicity import basicity
from planner.structures.carbonyls import carbonyl_kinds, carbonyls_of
from planner.structures.closures import closes
from planner.structures.pair_tests import passed
from planner.structures.perception import matching_atoms
from planner.structures.sites import reacting_nitrogens
from planner.structures.structure import Structure, as_structure, molecule

AMINE, CARBONYL = "amine", "carbonyl compound"
"""What the partners are called."""
LED = 3.0
"""So much less basic than another of its molecule [pK], a nitrogen comes second: a factor of some sixteen
at 0.4 decades a unit (estimate; the slope of ``models/default/common.toml``)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Caution:
    """A warning whose conditions on structures a pair meets."""

    rule: WarningRule
    """Severity, source, and conditions on the procedure where it has any."""
    text: str
    """One sentence."""
    others: tuple[str, ...] = ()
    """The same with each remedy of the rule's ``instead``."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Whatever may be said of it, by what is done."""
        return (self.text, *self.others)


def cautions(
    amine: Structure | str, carbonyl: Structure | str, model: Model | None = None
) -> tuple[str, ...]:
    """Say what the two structures warn of, whatever is done with them, the gravest first.

    Parameters
    ----------
    amine, carbonyl
        SMILES or Structure; only from text or from ``read_structure`` are salts known.
    model
        Whose perception rules and warnings are used; the shipped ones when absent.

    Returns
    -------
    tuple of str
        One sentence each.
    """
    first, second = as_structure(amine), as_structure(carbonyl)
    found = find_cautions(first, second, model or load_model())
    return tuple(dict.fromkeys((*unconditional(found), *salts(first, second))))


def unconditional(found: Sequence[Caution]) -> tuple[str, ...]:
    """Keep the sentences that do not depend on what is done."""
    return tuple(dict.fromkeys(c.text for c in found if not c.rule.asks_procedure))


def product_risks(found: Sequence[Caution]) -> tuple[str, ...]:
    """Keep those that foretell another main product than the one that is planned, whatever is done."""
    return unconditional([c for c in found if c.rule.is_grave])


def salts(amine: Structure, carbonyl: Structure) -> tuple[str, ...]:
    """Say what acids came with the partners."""
    return (*_salt(amine, AMINE), *_salt(carbonyl, CARBONYL))


def find_cautions(amine: Structure, carbonyl: Structure, model: Model) -> tuple[Caution, ...]:
    """List every warning whose conditions on structures are met, the gravest first."""
    own, of_both = _of_amine(amine.smiles, model)
    others, of_either = _of_carbonyl(carbonyl.smiles, model)
    found = []
    for number in sorted((own & others) - (_asking_either(model) - of_both - of_either)):
        rule = model.warnings[number]
        if rule.test:
            words = passed(rule.test, amine, carbonyl, model)
        elif rule.either:
            met = ((AMINE, of_both), (CARBONYL, of_either))
            words = [{"partner": partner} for partner, numbers in met if number in numbers]
        else:
            words = [{}]
        found += [_caution(rule, some) for some in words]
    return tuple(found)


def is_protic_only(amine: str, model: Model) -> bool:
    """Tell whether an amine dissolves in protic solvents only, as a zwitterion does."""
    return any(model.warnings[number].protic_only for number in _of_amine(amine, model)[0])


def _caution(rule: WarningRule, words: Mapping[str, str]) -> Caution:
    """Put the words into the sentences of a rule."""
    others = tuple(sentence.format(**words) for sentence in rule.other_sentences)
    return Caution(rule=rule, text=rule.sentence.format(**words), others=others)


@lru_cache(maxsize=4096)
def _of_amine(smiles: str, model: Model) -> tuple[frozenset[int], frozenset[int]]:
    """List the numbers of the rules that the amine meets, and those whose ``either`` it meets."""
    mol, nitrogens = molecule(smiles), reacting_nitrogens(smiles, model)
    names = _with_likes((c.name for c in nitrogens.values()), model)
    bases = {atom: basicity(smiles, atom, model)[0] for atom in nitrogens}
    first = frozenset(atom for atom, pKaH in bases.items() if pKaH > max(bases.values()) - LED)
    own = {
        number
        for number, rule in enumerate(model.warnings)
        if (not rule.amine_classes or names.intersection(rule.amine_classes))
        and _is_as_basic(bases, rule)
        and _meets(mol, rule.amine)
        and (not rule.nitrogen or not first.isdisjoint(matching_atoms(mol, rule.nitrogen)))
        and _closes(mol, rule, first if rule.closes == ON_NEW_CARBON else tuple(nitrogens), of_amine=True)
    }
    return frozenset(own), _either(smiles, model)


def _is_as_basic(bases: Mapping[int, float], rule: WarningRule) -> bool:
    """Whether the most basic of the reacting nitrogens keeps the limits that a rule states."""
    most = max(bases.values(), default=-inf)
    return (rule.pKaH_below is None or most < rule.pKaH_below) and (
        rule.pKaH_above is None or most >= rule.pKaH_above
    )


@lru_cache(maxsize=4096)
def _of_carbonyl(smiles: str, model: Model) -> tuple[frozenset[int], frozenset[int]]:
    """List the numbers of the rules that the carbonyl compound meets, and those whose ``either`` it meets."""
    mol = molecule(smiles)
    starts = [site.atom_index for site in carbonyl_kinds(smiles, model)[:1]]
    names = _with_likes((c.carbonyl_class for c in carbonyls_of(smiles, model)), model)
    own = {
        number
        for number, rule in enumerate(model.warnings)
        if (not rule.carbonyl_classes or names.intersection(rule.carbonyl_classes))
        and _meets(mol, rule.carbonyl)
        and _closes(mol, rule, starts, of_amine=False)
    }
    return frozenset(own), _either(smiles, model)


@lru_cache(maxsize=4096)
def _either(smiles: str, model: Model) -> frozenset[int]:
    """List the numbers of the rules whose ``either`` a molecule meets."""
    mol = molecule(smiles)
    return frozenset(n for n, rule in enumerate(model.warnings) if rule.either and _meets(mol, rule.either))


@lru_cache(maxsize=8)
def _asking_either(model: Model) -> frozenset[int]:
    """List the numbers of the rules that ask something of either partner."""
    return frozenset(number for number, rule in enumerate(model.warnings) if rule.either)


def _with_likes(names: Iterator[str], model: Model) -> set[str]:
    """Classes and whatever they are like."""
    return {like for name in names for like in model.class_chain(name)}


def _meets(mol: Any, patterns: tuple[str, ...]) -> bool:
    """Whether any pattern is there; no patterns ask for nothing."""
    return not patterns or any(mol.HasSubstructMatch(pattern(smarts)) for smarts in patterns)


def _closes(mol: Any, rule: WarningRule, starts: Collection[int], *, of_amine: bool) -> bool:
    """Whether the ring of a rule closes; a rule that asks it of the other partner, or of none, asks nothing here."""
    if not rule.closes or of_amine == (rule.closes in (ON_NEW_NITROGEN, OWN_LACTOL)):
        return True
    return closes(mol, starts, rule.to, rule.rings, BETWEEN[rule.closes])


def _salt(structure: Structure, role: str) -> list[str]:
    """Say of acid that came as a salt whether a base must take it up, or it stays and counts."""
    if not structure.salt_equivalents:
        return []
    names = " and ".join(structure.counter_ions)
    strong = min(structure.strong_acid_equivalents, structure.salt_equivalents)
    weak = structure.salt_equivalents - strong
    said = [f"The {role} was given as its {names} and is planned as the free compound"]
    said += [f"add {strong:g} eq base (a tertiary amine) per mole of it"] if strong else []
    said += [f"its {weak:g} eq of weak acid per mole counts in acid_equivalents"] if weak else []
    return [f"{said[0]}: {'; '.join(said[1:])}."]
