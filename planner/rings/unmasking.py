"""Unmasking: an acetal is weighed as it is, opened with aqueous acid and buffered before any hydride comes near.

A hydride in acid is lost as hydrogen, and an acetal without acid stays one. Where nothing reduces, the free carbonyl
compound is taken out dry, for water holds imines and aminals open.
"""

from planner.model.model import Model
from planner.rings.amounts import in_amount, in_mass, in_volume
from planner.rings.pairs import RingPair
from planner.rings.partners import Partner
from planner.structures.sensitive import harmed_by

ACID_M = 2.0
"""Hydrochloric acid [M]."""
BUFFER_PER_ACID = 2.0
"""Moles of sodium acetate per mole of hydrochloric acid: as much acetic acid as acetate, pH 4.8."""
BUFFERS = {"NaBH4": ("sodium carbonate", 105.99, "9 to 10")}
"""Salt, molar mass and pH for reductants that no acid suits."""
ACETATE = ("sodium acetate", 82.03)
FORMALDEHYDE = "C=O"
MILD, MILD_CYANIDE = "4 to 6", "5 to 6"


def masked(pair: RingPair) -> Partner | None:
    """Find the partner that was given as its acetal."""
    return next((x for x in (pair.a, pair.b) if x is not None and x.was_acetal), None)


def _buffer(reductant: str, model: Model) -> tuple[str, float, str]:
    """Choose what takes up the acid before a hydride: salt, molar mass, pH."""
    mild = MILD if model.reductant(reductant).warn_below_pH is None else MILD_CYANIDE
    return BUFFERS.get(reductant, (*ACETATE, mild))


def _otherwise(partner: Partner, model: Model) -> str:
    """Say how to come to the free compound where aqueous acid is no way; empty where it is."""
    if partner.smiles == FORMALDEHYDE:
        return "take paraformaldehyde in its place, mole for mole: acetals of formaldehyde hardly open"
    groups = harmed_by("acid", partner.smiles, model)
    if groups:
        return (
            f"make {partner.smiles} without aqueous acid, which also opens its {groups[0].name} (oxidise the alcohol, "
            "or take another mask for the carbonyl)"
        )
    return ""


def unmasking_steps(
    partner: Partner, mmol: float, mass_mg: float, reductant: str | None, model: Model
) -> tuple[str, ...]:
    """Say how a partner is freed: acid, then buffer; amounts are those of the acetal."""
    if other := _otherwise(partner, model):
        return (f"In place of the acetal {partner.given.smiles} ({in_amount(mmol)}): {other}.",)
    acid = mmol * (len(partner.carbonyls) + len(partner.nitrogens))
    weighed, hydrochloric = f"{in_mass(mass_mg)} ({in_amount(mmol)})", in_volume(acid / ACID_M)
    opened = (
        f"Unmask first: {weighed} of {partner.given.smiles}, the acetal, with {hydrochloric} of {ACID_M:g} M "
        "hydrochloric acid, until NMR or TLC shows none of it (an hour or more at 25 to 50 C); the numbers count on "
        f"{partner.smiles}."
    )
    if reductant is None:
        return (
            opened,
            "Neutralise with sodium bicarbonate, extract the free carbonyl compound, dry it and use it at once: imines "
            "and aminals need it without water and without acid.",
        )
    salt, molar_mass, pH = _buffer(reductant, model)
    mass = in_mass(BUFFER_PER_ACID * acid * molar_mass)
    return (
        opened,
        f"Buffer: {mass} of {salt}, to pH {pH} by the meter, before any hydride.",
    )


def unmasking_caveat(partner: Partner, reductant: str | None, model: Model) -> str:
    """Say the same in a sentence."""
    if other := _otherwise(partner, model):
        return f"Given as its acetal ({partner.given.smiles}): {other}."
    if reductant is None:
        then = "neutralise it, and give the free carbonyl compound dry to the amine"
    else:
        salt, _, pH = _buffer(reductant, model)
        spent = (
            ""
            if pH == MILD_CYANIDE
            else "; water spends hydride, so keep the acid small, or take NaBH3CN in MeOH"
        )
        then = f"buffer to pH {pH} with {salt}, and only then bring in the hydride{spent}"
    given = partner.given.smiles
    return f"Given as its acetal, and weighed as that ({given}): unmask it first with aqueous acid, {then}."
