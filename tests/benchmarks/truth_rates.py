"""Rate constants and charges of the truths, from the drawn numbers of ``truth.toml``.

Arrays are (n_draws,); constants in M and s, hydride in usable equivalents, 298.15 K throughout. chi is the carbonyl's
class, n the amine's, a the acid equivalents; a name is one draw wherever it stands.
"""

import math

import numpy as np

from benchmarks.truth import LEFT_OUT, Array, Case, Values, fixed, is_imine, table
from benchmarks.truth_flask import Flask

MOST_IMPURE = 0.5
DOSED, FED = "dosed ", "fed "
"""Before the name of a species that comes after the first stage, or throughout it."""

ALKYL_CLASS = {"n_alkanal": "n_alkyl", "branched": "n_alkyl", "aryl": "benzyl"}
"""What ammonia turns into with a carbonyl; ketones make sec-alkyl."""
REFERENCE_pKaH, REFERENCE_pH = 10.65, 6.5


def _of(v: Values, name: str) -> Array:
    """Take a number; the reference has none and adds 0."""
    return v[name] if name in v else _zero(v)


def _zero(v: Values) -> Array:
    return np.zeros_like(v["shared.R0"])


def amine_class(case: Case, a: int) -> str:
    """Name the primary amine that N(a) is or was made from."""
    if case.amine_class == "ammonia" and a > 0:
        return ALKYL_CLASS.get(case.carbonyl_class, "sec_alkyl")
    return case.amine_class


def condensation(flask: Flask, v: Values, a: int) -> Array:
    """Write log k_c of N(a).

    ``C + A (+ r + m) + S`` of a primary amine (of what became secondary in the flask), ``C + q + g + S`` of a secondary
    one as charged; with part 2 off, times 1 + 4 a, with part 2 on r of aryl aldehydes is lower.
    """
    case, chi = flask.case, f"carbonyl.{flask.case.carbonyl_class}"
    n = f"amine.{amine_class(case, a)}"
    log_k = _of(v, f"{chi}.C") + _of(v, f"shared.S_{case.solvent}")
    if case.h == 1:
        log_k = log_k + _cycle(flask, v, "q") + _of(v, f"{n}.g")
    else:
        log_k = log_k + _of(v, f"{n}.A")
        if not is_imine(case, a):
            log_k = log_k + _of(v, f"{chi}.r") + _of(v, f"{n}.m")
            if "acid" in flask.parts and case.carbonyl_class == "aryl":
                log_k = log_k + v["acid.rebased_aryl_r"]
    if "acid" not in flask.parts and case.acid_equivalents:
        log_k = log_k + np.log10(1.0 + 10.0 ** v["shared.acid_gain"] * case.capped_acid)
    return log_k + _free_share(flask, v)


def _cycle(flask: Flask, v: Values, name: str) -> Array:
    """Take q or d of a secondary amine as charged: part 5 gives some carbonyls another."""
    chi = flask.case.carbonyl_class
    other = f"cycle.{chi}.{name}"
    return v[other] if "cycle" in flask.parts and other in v else _of(v, f"carbonyl.{chi}.{name}")


def equilibrium(flask: Flask, v: Values, a: int) -> Array:
    """Write log K of N(a) + C <=> X(a) + W: ``K + KA`` of an imine, ``K + d + mK`` of an iminium; and the shift."""
    case, chi = flask.case, f"carbonyl.{flask.case.carbonyl_class}"
    n = f"amine.{amine_class(case, a)}"
    log_K = _of(v, f"{chi}.K") + v["shared.shift"] + _free_share(flask, v)
    if is_imine(case, a):
        return log_K + _of(v, f"{n}.KA")
    if case.h == 1:
        return log_K + _cycle(flask, v, "d")
    return log_K + _of(v, f"{chi}.d") + _of(v, f"{n}.mK")


def _hemiacetal(flask: Flask, v: Values) -> Array:
    """Write log of (1 + [ROH in MeOH] K') / (1 + [ROH] K'), on k_c, K and k_o: in MeOH these count the hemiacetal."""
    name = f"left_out.hemiacetal_K.{flask.case.carbonyl_class}"
    if LEFT_OUT not in flask.parts or name not in v:
        return _zero(v)
    bound = 10.0 ** v[name]
    here = 1.0 + fixed(f"alcohol.{flask.case.solvent}") * bound
    return np.asarray(np.log10((1.0 + fixed("alcohol.MeOH") * bound) / here))


def _free_share(flask: Flask, v: Values) -> Array:
    """Write log of what k_c and K of the free carbonyl are above those that count its hydrate or hemiacetal."""
    if LEFT_OUT in flask.parts and flask.case.is_formalin:
        return v["left_out.hydrate"]
    return _hemiacetal(flask, v)


def transfer(flask: Flask, v: Values, a: int) -> Array:
    """Write log k_r of X(a): ``h + x + P + e`` of an imine, ``h + x + R0 + R + crowding`` of an iminium, and the shift.

    Crowding: a ketone meets a secondary nitrogen that has taken up the same ketone.
    """
    case, chi = flask.case, f"carbonyl.{flask.case.carbonyl_class}"
    log_k = v[f"reductant.{case.reductant}.transfer"] + _of(v, f"{chi}.x") + v["shared.shift"]
    if not is_imine(case, a):
        crowded = v["shared.crowding"] if not case.is_aldehyde and case.h - a < case.h else 0.0
        return log_k + v["shared.R0"] + _of(v, f"{chi}.R") + crowded
    if case.reductant == "NaBH3CN":
        log_k = log_k + case.capped_acid - 1.0
    return log_k + (_of(v, f"amine.{case.amine_class}.e") if a == 0 else 0.0)


def reduction(flask: Flask, v: Values) -> Array:
    """Write log k_o of the carbonyl; NaBH3CN as the pH falls, STAB on ketones as acid grows."""
    case = flask.case
    key = f"reductant.{case.reductant}"
    kind = "aldehyde" if case.is_aldehyde else "ketone"
    special = f"{key}.o_{case.carbonyl_class}"
    log_k = (v[special] if special in v else v[f"{key}.o_{kind}"]) + _hemiacetal(flask, v)
    if not case.is_aldehyde:
        log_k = log_k + _of(v, f"{key}.o_ketone_acid") * case.capped_acid
    if case.reductant == "NaBH3CN":
        log_k = log_k + REFERENCE_pH - acidity(case)
    if LEFT_OUT in flask.parts and case.reductant == "STAB" and case.is_aldehyde:
        log_k = log_k + v["left_out.stab_on_aldehydes"]
    return log_k


def loss(flask: Flask, v: Values) -> Array:
    """Write log k_d of the hydride; with part 2 the acid in the flask takes STAB's, apart."""
    case = flask.case
    key = f"reductant.{case.reductant}"
    if case.reductant == "NaBH3CN":
        return v[f"{key}.loss_acid"] - acidity(case)
    log_k = v[f"{key}.loss_{case.solvent}"]
    if case.reductant == "STAB" and "acid" not in flask.parts:
        log_k = log_k + v[f"{key}.loss_acid"] * case.capped_acid
    return log_k


def constants(flask: Flask, v: Values) -> dict[str, Array]:
    """Work out every named constant that the flask's network needs."""
    case, logs = flask.case, {"reduction": reduction(flask, v), "loss": loss(flask, v)}
    chi = case.carbonyl_class
    Ks = [equilibrium(flask, v, a) for a in range(case.h)]
    exchange = v["shared.exchange"] + _of(v, f"carbonyl.{chi}.kx")
    for a in range(case.h):
        logs[f"condensation {a}"] = condensation(flask, v, a)
        logs[f"hydrolysis {a}"] = logs[f"condensation {a}"] - Ks[a]
        logs[f"transfer {a}"] = transfer(flask, v, a)
        for b in range(case.h):
            logs[f"exchange {a} {b}"] = exchange + np.minimum(0.0, Ks[a] - Ks[b])
    logs |= _acid_constants(flask, v) | _left_out_constants(flask, v)
    logs["store"] = v["store.paraformaldehyde"]
    gain = math.log10(1.0 + fixed("aldol.acid_gain") * case.capped_acid)
    logs["k_X"] = _of(v, f"aldol.imine_{chi}") + gain
    logs["k_I"] = _of(v, f"aldol.iminium_{chi}")
    return {name: 10.0 ** logs[name] for name in flask.network.constant_names}


def pKaH(case: Case, a: int) -> float:
    """Take the pKaH of N(a): that of the amine, then steps from primary to secondary and from secondary to tertiary."""
    chi = case.carbonyl_class
    made = max(0, a - max(0, case.h - 2))  # alkyl groups beyond the primary amine, or on the secondary one
    start = fixed(f"amine.{amine_class(case, min(a, 1) if case.h == 3 else 0)}.pKaH")
    kinds = ("first", "second") if case.h >= 2 else ("second",)
    return start + sum(fixed(f"basicity.{kind}.{chi}") for kind in kinds[:made])


def _acid_constants(flask: Flask, v: Values) -> dict[str, Array]:
    """``log K_a = kappa + beta (pKaH(a) - 10.65)``, k_off = k_on / K_a; gamma on top of k_c; what takes STAB."""
    case = flask.case
    beta = v["acid.beta_protic" if fixed(f"alcohol.{case.solvent}") else "acid.beta_aprotic"]
    logs = {
        f"k_off {a}": v["acid.k_on"]
        - v[f"acid.kappa_{case.solvent}"]
        - beta * (pKaH(case, a) - REFERENCE_pKaH)
        for a in range(case.h + 1)
    }
    return logs | {
        "k_on": v["acid.k_on"],
        "gamma": v[f"acid.gamma_{case.solvent}"],
        "k_b": v["acid.borate"],
        "k_dW": v["acid.loss_water"],
        "k_dA": v["acid.loss_acid"],
    }


def _left_out_constants(flask: Flask, v: Values) -> dict[str, Array]:
    """Hemiaminal, aminal, dissolution and hydrate: forward constants, and forward / K back."""
    chi = flask.case.carbonyl_class
    held = _of(v, f"left_out.hemiaminal_K.{chi}")
    forward, aminal = v["left_out.hemiaminal"], v["left_out.aminal"]
    logs = {
        f"hemiaminal back {a}": forward - held - (v["left_out.hemiaminal_second"] if a else 0.0)
        for a in range(flask.case.h)
    }
    return logs | {
        "hemiaminal": forward,
        "aminal": aminal,
        "aminal back": aminal - _of(v, f"left_out.aminal_K.{chi}"),
        "dissolution": v["left_out.dissolution"],
        "hydrate released": v["left_out.hydrate_released"],
        "hydrate formed": v["left_out.hydrate_released"] + v["left_out.hydrate"],
    }


def acidity(case: Case) -> float:
    """Balance the charges of acid and amine as if in water: ``a c Ka / (Ka + h) + 1e-14 / h = c h / (KaH + h) + h``.

    pH, by bisection, then clipped to 2 to 9.
    """
    c, KaH, Ka = case.concentration_M, 10.0 ** -fixed(f"amine.{case.amine_class}.pKaH"), 10.0**-4.76
    low, high = 0.0, 14.0
    for _ in range(60):
        pH = (low + high) / 2
        h = 10.0**-pH
        is_above = case.acid_equivalents * c * Ka / (Ka + h) + 1e-14 / h > c * h / (KaH + h) + h
        low, high = (low, pH) if is_above else (pH, high)
    return min(9.0, max(2.0, low))


# --- what enters the flask ---


def impurities(flask: Flask, v: Values) -> dict[str, Array]:
    """Share of each bottle that is something else; 0 with part 1 off."""
    case = flask.case
    kinds = {"amine": "amine", "carbonyl": case.carbonyl_class, "reductant": case.reductant}
    if "charges" not in flask.parts:
        return dict.fromkeys(kinds, _zero(v))
    return {role: np.minimum(MOST_IMPURE, v[f"median.impurity.{kind}"]) for role, kind in kinds.items()}


def charged(flask: Flask, v: Values) -> dict[str, Array]:
    """Amounts that enter [mol per litre of final volume]; what comes later behind ``DOSED`` or ``FED``."""
    case, impurity = flask.case, impurities(flask, v)
    c, is_on = case.concentration_M, "charges" in flask.parts
    stated = {
        "amine": c,
        "carbonyl": c * case.carbonyl_equivalents,
        "reductant": c * case.reductant_equivalents * fixed(f"reductant.{case.reductant}.usable"),
    }
    weighed = {role: n * np.exp(v[f"weighing.{role}"] * is_on) for role, n in stated.items()}
    real = {role: n * (1.0 - impurity[role]) for role, n in weighed.items()}
    brought = v["median.water.formalin"] * stated["carbonyl"] if case.is_formalin else 0.0
    found = {"N0": real["amine"], "W": v[f"median.water.{case.water}"] + brought}
    found[_hydride_name(flask)] = real["reductant"]
    found |= _carbonyl_charged(flask, real["carbonyl"], v)
    if "acid" in flask.parts:
        share = table().get(f"acid_share.{case.carbonyl_class}", (0.0, 0.0))[0]
        acid = c * case.acid_equivalents + weighed["carbonyl"] * impurity["carbonyl"] * share
        found |= {"acid": acid, "count": acid}
    return {name: np.broadcast_to(x, v["shared.R0"].shape) for name, x in found.items()}


def _hydride_name(flask: Flask) -> str:
    if flask.case.addition == "imine_first":
        return f"{DOSED}H"
    return "solid" if "solid" in flask.network.species_names else "H"


def _carbonyl_charged(flask: Flask, amount: Array, v: Values) -> dict[str, Array]:
    """Carbonyl where it enters: bound as paraformaldehyde, as the hydrate of formalin with what is free beside it."""
    names = flask.network.species_names
    if "bound" in names:
        return {"bound": amount}
    if "hydrate" in names:
        free = amount / (1.0 + 10.0 ** v["left_out.hydrate"])
        return {"hydrate": amount - free, "C": free}
    return {f"{FED}C" if flask.case.addition == "slow_carbonyl" else "C": amount}
