"""Formaldehyde: in what form it comes, that its polymer must crack first, and that it does not stop at one.

Free formaldehyde is rare: it is bought as hydrate in water (formalin) or as a polymer. Assumption: the polymer has
cracked before time zero; at 25 C that takes hours (half of it in about an hour, ten minutes to six hours; estimate),
near 40 C and above it is done while the flask is warmed.
"""

from planner.flask.bottles import FORMALDEHYDE
from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.structures.pairs import Pair

FORMALIN = "formalin"
"""Formaldehyde in a wet flask, where no bottle is named."""
CRACKS_C = 40.0
"""From here on paraformaldehyde gives its formaldehyde as fast as it is used [C]; estimate."""


ALKYLAMINE_PKAH = 6.0
"""Amines more basic than this are methylated by formic acid; rings of anilines take up formaldehyde instead."""


def is_formaldehyde(pair: Pair) -> bool:
    """Tell whether the carbonyl compound is formaldehyde."""
    return pair.carbonyl_class.name == FORMALDEHYDE


def does_not_stop(pair: Pair, model: Model, target: int) -> list[str]:
    """Warn of a degree that leaves a nitrogen with one methyl and one N-H, which formaldehyde passes by."""
    if not is_formaldehyde(pair) or target >= pair.n_hydrogens:
        return []
    if not any(site.n_hydrogens > 1 for site in pair.sites):
        return []
    is_aromatic = any("aryl" in model.class_chain(site.site_class) for site in pair.sites)
    imine = (
        ", or make the anil with paraformaldehyde and NaOMe and reduce that with NaBH4" if is_aromatic else ""
    )
    return [
        "Formaldehyde does not stop at one methyl: the methylated nitrogen takes it up faster than the first did, and "
        "no charge or addition gives the mono product clean; reduce the carbamate or formamide of the amine instead, "
        f"or take methylamine and the carbonyl compound of the other group{imine}."
    ]


def form_taken(pair: Pair, procedure: Settled, target: int) -> list[str]:
    """Say in what form formaldehyde is taken, and what its polymer needs before time zero."""
    if not is_formaldehyde(pair):
        return []
    bottle = pair.carbonyl_bottle
    meant = "water = wet means formalin, else paraformaldehyde"
    if procedure.water == "wet":
        as_what = FORMALIN if bottle is None or bottle.stock_M is None else bottle.name
        return [f"Formaldehyde is taken as {as_what} (its water counts); {meant}."]
    if bottle is not None:
        return [f"Formaldehyde is taken as {bottle.name}, which has set it free before time zero."]
    taken = "Formaldehyde is taken as paraformaldehyde (no water with it)"
    if procedure.temperature_C >= CRACKS_C:
        return [f"{taken}, which cracks at this temperature; {meant}."]
    all_methyl = target == pair.n_hydrogens and all(site.pKaH > ALKYLAMINE_PKAH for site in pair.sites)
    other = ", or boil the amine with formalin and formic acid (Eschweiler-Clarke)" if all_methyl else ""
    return [
        f"{taken} that has cracked before time zero: at {procedure.temperature_C:g} C the polymer gives it up over "
        f"hours, so warm it to {CRACKS_C:g} to 60 C until it has dissolved before the hydride comes, or take formalin "
        f"(water = wet) with NaBH3CN in MeOH or STAB in MeCN{other}."
    ]


def strong_acid_method(pair: Pair) -> str:
    """Name what practice does with a nitrogen that condenses in strong acid only."""
    if is_formaldehyde(pair):
        return "formalin and NaBH4 with sulfuric acid in THF, or TFA with STAB"
    return "TFA or TMSCl with STAB"
