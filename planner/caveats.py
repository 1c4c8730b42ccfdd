"""Caveats: what a prediction does not know, and what to expect besides, one sentence each.

Structures warn through ``pairs`` (``cautions``); here the procedure joins in. Impossible chemistry is
refused where the procedure is settled; what is possible but unwise is said here.
"""

from planner.errors import ProcedureError
from planner.flask import acidity_of
from planner.pairs import Pair
from planner.parameters import Model
from planner.procedure import Procedure

ESTIMATE = (
    "Constants are class estimates with wide intervals, not calibrated on your substrates; "
    "no validation against published mono:di tables exists."
)
LONG_STAB_H = 24.0
ROOM_C = (0.0, 60.0)
"""Between these temperatures the assumed activation energies add little."""


def caveats(pair: Pair, model: Model, procedure: Procedure) -> tuple[str, ...]:
    """Collect the caveats of a settled procedure for a pair.

    Raises
    ------
    ProcedureError
        If the flask would be acidic enough to set hydrogen cyanide free.
    """
    found = [ESTIMATE, *pair.cautions]
    reductant = model.reductant(str(procedure.reductant))
    found += [f"{reductant.name} in {s}: {why}." for s, why in reductant.warned if s == procedure.solvent]
    found += _acidity(pair, model, procedure)
    found += _carbonyl(pair, procedure)
    found += _conditions(pair, procedure)
    return tuple(dict.fromkeys(found))


def _acidity(pair: Pair, model: Model, procedure: Procedure) -> list[str]:
    """Hydrogen cyanide from cyanoborohydride in acid."""
    reductant = model.reductant(str(procedure.reductant))
    if reductant.warn_below_pH is None or reductant.refuse_below_pH is None:
        return []
    pH = acidity_of(pair, model, procedure)
    if pH < reductant.refuse_below_pH:
        raise ProcedureError(
            f"{reductant.name} at an estimated pH of {pH:.1f} is refused (below {reductant.refuse_below_pH:g} it sets "
            "hydrogen cyanide free); use fewer acid_equivalents or another reductant"
        )
    if pH < reductant.warn_below_pH:
        return [
            f"Estimated pH {pH:.1f}: {reductant.name} sets hydrogen cyanide free in acid; keep it above "
            f"{reductant.warn_below_pH:g} and vent."
        ]
    return []


def _carbonyl(pair: Pair, procedure: Procedure) -> list[str]:
    """Say what the reductant or the water does to this carbonyl compound."""
    found = []
    kind = pair.carbonyl_class
    if procedure.reductant == "NaBH4" and procedure.addition != "imine_first":
        found.append(
            "NaBH4 reduces free carbonyl compounds quickly: let the imine form before it is added (imine_first)."
        )
    if procedure.reductant == "NaBH3CN":
        found.append(
            "Cyanide from NaBH3CN can add to the imine (aminonitrile, +27.01 Da); quench with bleach above pH 10."
        )
    if kind.name == "formaldehyde":
        as_what = (
            "formalin (its water counts)"
            if procedure.water == "wet"
            else "paraformaldehyde (no water with it)"
        )
        found.append(
            f"Formaldehyde is taken as {as_what}; water = wet means formalin, else paraformaldehyde."
        )
    return found


def _conditions(pair: Pair, procedure: Procedure) -> list[str]:
    """Time, temperature and feeds outside of what the estimates were made for."""
    found = []
    if procedure.reductant == "STAB" and procedure.total_time_h > LONG_STAB_H:
        found.append(
            "Beyond 24 h with STAB, N-acetyl (+42.01 Da) and N-ethyl (+28.03 Da) by-products from its acetate appear."
        )
    if not ROOM_C[0] <= float(procedure.temperature_C or 0.0) <= ROOM_C[1]:
        found.append(
            f"{procedure.temperature_C:g} C is far from 25 C: the answer leans on assumed activation energies."
        )
    if procedure.reductant_equivalents == 0:
        found.append("No hydride is charged: imines form and fall back at an aqueous quench.")
    if str(procedure.addition).startswith("slow_"):
        found.append(
            "The flask is taken as well mixed: a feed faster than mixing gives more over-alkylation than shown."
        )
    return found
