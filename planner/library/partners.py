"""Partners: what a library knows of each amine and each carbonyl compound, read once and not once a pair.

``kind`` names what decides the network and the classes of the constants: the ladders of the nitrogens with their
couplings, or the class of the carbonyl, and what is sold as a gas, in bulk, as a salt or in solution. ``coarse`` names
no more than hydrogens and basicity, or aldehyde and ketone, for partners whose kind is rare. ``speed`` orders the
partners of a kind by what makes them react: basicity less bulk, or electronics less bulk [decades, roughly].
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from planner.errors import PlannerError, RegulatedError, ScopeError, StructureError
from planner.library.lists import Listed
from planner.mechanism.microstates import ladders_of
from planner.model.catalogue import Entry, find_entry
from planner.model.model import Model
from planner.structures.bottles import bottle_of
from planner.structures.carbonyls import find_carbonyl
from planner.structures.cautions import is_protic_only
from planner.structures.names import read_name
from planner.structures.sites import Site, find_sites
from planner.structures.structure import Structure, read_structure
from planner.structures.surrogates import sold_form

BASIC, WEAK = 7.5, 4.0
"""pKaH from which an amine condenses as alkylamines do, and below which it hardly does."""
PLANNED, UNREADABLE, NOT_COVERED, REGULATED = "planned", "unreadable", "not covered", "regulated"
ERROR = "error"
"""What became of a partner or a pair."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Partner:
    """One line of a list, read."""

    number: int
    """In its list, from 0."""
    listed: Listed
    """As it stands there."""
    status: str = PLANNED
    """``PLANNED``, or why it is in no plan."""
    message: str = ""
    """What is wrong, what was expected, what to do; empty where nothing is."""
    text: str = ""
    """SMILES with counter-ions, its name resolved."""
    entry: Entry | None = None
    """What the catalogue says of its name."""
    smiles: str = ""
    """Canonical, of the free compound."""
    kind: str = ""
    coarse: str = ""
    speed: float = 0.0


def read_amines(listed: Iterable[Listed], model: Model) -> tuple[Partner, ...]:
    """Read the amines of a library; what cannot be used keeps its place with a message."""
    return _read(listed, partial(_amine, model=model))


def read_carbonyls(listed: Iterable[Listed], model: Model) -> tuple[Partner, ...]:
    """Read the carbonyl compounds of a library; what cannot be used keeps its place with a message."""
    return _read(listed, partial(_carbonyl, model=model))


def _read(listed: Iterable[Listed], read: Callable[[int, Listed], Partner]) -> tuple[Partner, ...]:
    """Read every line; refusals are answers here, and so are errors that nobody foresaw."""
    return tuple(_read_one(number, one, read) for number, one in enumerate(listed))


def _read_one(number: int, one: Listed, read: Callable[[int, Listed], Partner]) -> Partner:
    """Read a line, or say why it cannot be used."""
    try:
        if one.message:
            raise StructureError(one.message)
        return read(number, one)
    except PlannerError as error:
        status, message = status_of(error) or ERROR, str(error)
    except Exception as error:  # a defect of ours in one line is shown, the others are read
        status, message = ERROR, f"{type(error).__name__}: {error}; please report the structure"
    return Partner(number=number, listed=one, status=status, message=message)


def status_of(error: PlannerError) -> str:
    """Name what became of a partner or pair by the error that it met."""
    names = {RegulatedError: REGULATED, ScopeError: NOT_COVERED, StructureError: UNREADABLE}
    return next((word for kind, word in names.items() if isinstance(error, kind)), "")


def _amine(number: int, listed: Listed, *, model: Model) -> Partner:
    """Read an amine."""
    text, entry = read_name(listed.text, model.catalogue), find_entry(listed.text, model.catalogue)
    structure = read_structure(text)
    sites = find_sites(structure, model=model)
    ladders = ladders_of(sites)
    rungs = Counter(
        f"{ladders[s.atom_index].site_class}{s.n_hydrogens}{'abcdefgh'[ladders[s.atom_index].kind]}"
        + (f"({s.coupling})" if s.coupling else "")
        for s in sites
    )
    sold = _sold(text, structure, entry, model)
    sold += ["zwitterion"] if is_protic_only(structure.smiles, model) else []
    most = max(sites, key=lambda s: s.pKaH)
    return Partner(
        number=number,
        listed=listed,
        text=text,
        entry=entry,
        smiles=structure.smiles,
        kind=" ".join([*(f"{n} {rung}" if n > 1 else rung for rung, n in sorted(rungs.items())), *sold]),
        coarse=" ".join([_hydrogens(sites), _basicity(most.pKaH), *sold]),
        speed=most.pKaH - 2.0 * most.bulk,
    )


def _hydrogens(sites: tuple[Site, ...]) -> str:
    """Name the nitrogens by their hydrogens."""
    return "+".join(sorted(str(s.n_hydrogens) for s in sites)) + " N-H"


def _basicity(pKaH: float) -> str:
    return "basic" if pKaH >= BASIC else "weak" if pKaH >= WEAK else "hardly basic"


def _carbonyl(number: int, listed: Listed, *, model: Model) -> Partner:
    """Read a carbonyl compound."""
    text, entry = read_name(listed.text, model.catalogue), find_entry(listed.text, model.catalogue)
    sold = read_structure(text)
    form = sold_form(sold.smiles, model)
    structure = sold if form is None else read_structure(form.smiles)
    site = find_carbonyl(structure, model)
    known = model.site_class(site.carbonyl_class)
    bottle = _sold(text, structure, entry, model)
    own = [structure.smiles] if known.name == "formaldehyde" else []
    return Partner(
        number=number,
        listed=listed,
        text=text,
        entry=entry,
        smiles=structure.smiles,
        kind=" ".join([known.name, *own, *([form.form] if form else []), *bottle]),
        coarse=" ".join(["ketone" if known.is_ketone else "aldehyde", *own, *bottle]),
        speed=site.shift - site.bulk,
    )


def _sold(text: str, structure: Structure, entry: Entry | None, model: Model) -> list[str]:
    """Name what a partner is besides a free compound of its class: a gas, a bulk reagent, a salt, a solution."""
    partners = model.advice.partners
    words = ["gas"] if structure.smiles in partners.gases else []
    words += ["bulk"] if structure.smiles in partners.bulk else []
    bottle = bottle_of(text, structure, entry)
    if bottle is not None:
        words += [f"in {bottle.solvent}"] if bottle.solvent else []
        words += ["weak salt"] if bottle.weak_acid_equivalents > 0 else []
        words += ["strong salt"] if bottle.strong_acid_equivalents > 0 else []
    return words
