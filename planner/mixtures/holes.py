"""Holes: the shares that steps of a purification name besides those of the windows, as words."""

from collections.abc import Collection, Mapping, Sequence

from planner.flask.quenching import listed
from planner.mixtures.bench_flags import ACID_PH, BISULFITE_PH, in_layer
from planner.mixtures.crude import Crude, mean_amount
from planner.mixtures.phases import Solute, extracted
from planner.mixtures.residues import RESIDUE
from planner.mixtures.separation import Craft
from planner.mixtures.solubility import isoelectric

OF_RESIDUE = (
    "residue", "residue_pKaH", "residue_amount", "residue_goes", "residue_washed", "target_buffered",
)  # fmt: skip
STRONG_ACID_PH, BUFFER_PH = 0.0, 4.5
WHERE = ("the first layer takes {}", "the second {}", "{} stays in the water")
IN_ONE = ("", "the layer takes {}", "{} stays in the water")


def neutrals_of(crude: Crude, gone: Collection[str]) -> list[str]:
    """Name what is neither base nor acid beside the target and is not gone."""
    names = [one.name for one in crude.there[1:] if one.name not in gone]
    return [name for name in names if not crude.own[name].pKaH and not crude.own[name].pKa]


def of_acid(crude: Crude, craft: Craft, gone: Collection[str]) -> dict[str, str]:
    """Say what acid and hydrogensulfite leave of the target in a layer, and what neutral stays with it."""
    target, own = crude.there[0].name, crude.own
    solute = crude.solutes[target][1]
    n, volume = int(craft.number("portions")), craft.number("portion_volume")
    low, high = sorted(f"{in_layer(solute, pH):4.0%}" for pH in BISULFITE_PH)
    return {
        "stays": low.strip() if low == high else f"{low.strip()} to {high.strip()}",
        "in_acid": f"{in_layer(solute, ACID_PH):.0%}",
        "in_strong_acid": f"{in_layer(solute, STRONG_ACID_PH):.0%}",
        "neutrals": listed(neutrals_of(crude, gone)),
        "isoelectric": f"{isoelectric(own[target]):.0f}",
        "as_acid": f"{float(extracted(solute, isoelectric(own[target]), portions=n, volume=volume)):.0%}",
    }


def of_residue(crude: Crude, shares: Mapping[str, Sequence[float]]) -> dict[str, str]:
    """Say where the base of the reductant goes; empty words without one.

    Parameters
    ----------
    crude
        What is parted.
    shares
        Mean share of each compound in A, B and W, by name.
    """
    one = next((species for species in crude.there if species.kind == RESIDUE), None)
    if one is None:
        return dict.fromkeys(OF_RESIDUE, "")
    said = IN_ONE if crude.scheme.low is None else WHERE
    left, kept = (_buffered(crude.solutes[name][1]) for name in (one.name, crude.there[0].name))
    constants = crude.own[one.name].pKaH
    return {
        "residue": one.name,
        "residue_pKaH": f"{constants[0]:.1f}" if constants else "none",
        "residue_amount": f"{mean_amount(one):.1f}",
        "residue_goes": ", ".join(
            word.format(f"{share:.0%}") for word, share in zip(said, shares[one.name], strict=True) if word
        ),
        "residue_washed": f"{1.0 - left:.0%}",
        "target_buffered": f"{kept:.0%}",
    }


def _buffered(solute: Solute) -> float:
    """Share that a layer keeps when it is washed twice with half its volume of a weakly acid buffer."""
    return float(extracted(solute, BUFFER_PH, portions=1, volume=2.0)) ** 2
