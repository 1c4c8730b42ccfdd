"""Hazards: what the chosen reagents can do, each sentence with its source. Never "safe": check the SDS.

Gas from complete destruction of the hydride: n(H2) = n(reductant) x B-H bonds, at 24.2 L/mol (22 C, 1 atm).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.flask.procedure import Settled
from planner.model.model import Model
from planner.model.quantities import in_full
from planner.sheets.charges import Charge, amount_words, gas_words
from planner.sheets.dosing import EXOTHERM_MMOL, LITRES_PER_MOL, Dose, gas_rate_words, heat_words
from planner.structures.pairs import Pair

ESTER, UNHINDERED = "EtOAc", ("methyl", "n_alkyl", "benzyl")
"""Solvent that acetylates amines, and the classes of those that it acetylates."""
STANDS_H, STANDS_C = 24.0, 40.0
"""Longest time and highest temperature at which that is not worth a word."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Warned:
    """A sentence, of a danger or a step, with where it is written."""

    sentence: str
    source: str
    """In full."""
    codes: tuple[str, ...] = ()
    """Hazard statements of Regulation (EC) 1272/2008."""

    @property
    def words(self) -> str:
        """The sentence with its hazard statements."""
        return f"{self.sentence} ({', '.join(self.codes)})" if self.codes else self.sentence


def hazards(
    pair: Pair, model: Model, procedure: Settled, charges: Sequence[Charge], dosing: Dose
) -> tuple[Warned, ...]:
    """List what the reagents of a settled procedure can do, the reductant's own dangers first."""
    reductant = model.reductant(procedure.reductant)
    cited = {s.key: s.citation for s in model.sources}
    found = [
        Warned(sentence=h.sentence, source=in_full(h.source, cited), codes=h.codes) for h in reductant.hazards
    ]
    found += [
        Warned(
            sentence=f"{reductant.name} in {s}: {why}.",
            source=f"data of {reductant.name} in this model",
        )
        for s, why in reductant.warned
        if s == procedure.solvent
    ]
    found += _gas(model, procedure, dosing) if dosing.mmol > 0 else []
    holds = {f"solvent {procedure.solvent}", f"carbonyl {pair.carbonyl_class.name}", "always"}
    holds |= {f"compound {c.supply.smiles}" for c in charges}
    holds |= {"acid"} if any(c.role == "acid" for c in charges) else set()
    holds |= {"scale"} if dosing.mmol > EXOTHERM_MMOL else set()
    holds |= {"slow aminolysis"} if _loses_to_ester(pair, model, procedure) else set()
    found += [
        Warned(sentence=h.sentence, source=h.source, codes=h.codes) for h in model.hazards if h.when in holds
    ]
    return tuple(found)


def _loses_to_ester(pair: Pair, model: Model, procedure: Settled) -> bool:
    """Whether a primary amine that nothing hinders stays in ethyl acetate for long, or warm."""
    if ESTER not in model.solvent_chain(procedure.solvent):
        return False
    classes = {
        name for site in pair.sites for name in (site.site_class, model.site_class(site.site_class).like)
    }
    return bool(classes & {*UNHINDERED}) and (
        procedure.total_time_h > STANDS_H or procedure.temperature_C > STANDS_C
    )


def _gas(model: Model, procedure: Settled, dosing: Dose) -> list[Warned]:
    """Say what gas and, at a large scale, what heat the hydride and its quench can give."""
    reductant = model.reductant(procedure.reductant)
    found = [
        Warned(
            sentence=f"The hydride can give {amount_words(dosing.gas.mmol, 2)} of hydrogen, {gas_rate_words(dosing)}; "
            "vent it.",
            source=f"{reductant.formal_hydrides} B-H per mole, {LITRES_PER_MOL} L/mol at 22 C",
        )
    ]
    if not dosing.large:
        return found
    numbers = model.workup.numbers
    found.append(
        Warned(
            sentence=heat_words(dosing, model),
            source=f"{numbers['heat_of_hydrolysis'].source}; {numbers['heat_of_hydrolysis'].note}; heat capacity: "
            f"{numbers['heat_capacity'].source}",
        )
    )
    if reductant.quench == "bicarbonate" and dosing.acid_gas_litres > 0:
        found.append(
            Warned(
                sentence=f"The quench frees up to {gas_words(dosing.acid_gas_litres)} of carbon dioxide from the acid "
                "of the flask; run it in no faster than the vent takes.",
                source=f"acid charged and {reductant.acid_set_free:g} mol per mole of {reductant.name}, "
                f"{LITRES_PER_MOL} L/mol at 22 C",
            )
        )
    return found


def footnotes(said: Iterable[Warned]) -> dict[str, int]:
    """Give each source a number, in the order in which they are first cited."""
    numbered: dict[str, int] = {}
    for warned in said:
        numbered.setdefault(warned.source, len(numbered) + 1)
    return numbered
