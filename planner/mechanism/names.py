"""Names of rungs, states and constants: how a network writes its nitrogens."""

from planner.mechanism.microstates import Group, Ladder, Rung, State


def rung_name(ladder: Ladder, rung: Rung) -> str:
    """Name a rung of a ladder: ``n_alkyl2(1)``, with ``=`` for its imine or iminium and ``'`` for another kind.

    What is held by acid or has become an azadiene says so: ``n_alkyl2(0).acid``.
    """
    kind, twin = "'" * ladder.kind, ".acid" if rung.is_held else ".azadiene" if rung.is_azadiene else ""
    return f"{ladder.site_class}{ladder.n_hydrogens}{kind}({rung.alkyls}{'=' if rung.is_imine else ''}){twin}"


def state_name(group: Group, state: State) -> str:
    """Name the species that stands for one joint state of a group."""
    rings = [
        "/".join(rung_name(ladder, rung) for ladder, rung in zip(ring.ladders, rungs, strict=True))
        for ring, rungs in zip(group.rings, state, strict=True)
    ]
    return " ".join(rings)


def constant_name(kind: str, *rungs: tuple[Ladder, int]) -> str:
    """Name the constant of a step of ``N(a)`` (and, for an exchange, its partner ``X(b)``)."""
    return " ".join([kind, *(rung_name(ladder, Rung(a, False)) for ladder, a in rungs)])
