"""Rosenbrock methods, which move every run: linearly implicit steps that estimate their own error.

For y' = f(t, y), J = df/dy and f_t = df/dt at (t, y), one step of size h solves linear systems with the same matrix,

    (1/(gamma h) - J) u_s = f(t + c_s h, y + sum_m a_sm u_m) + (1/h) sum_m c_sm u_m + h d_s f_t,   s = 1..S,

the sums over m < s. Then y(t + h) = y + sum_m a_Sm u_m + u_S, and u_S itself is the estimate of the error: without it
the step is of an order less. The methods are L-stable and stiffly accurate, so fast equilibria cost no small steps, and
any linear balance of f (atoms, for instance) holds to rounding at any tolerance.

``RODAS5P`` is for answers. ``RODAS3`` takes more steps of half the stages, and is the faster where thousands of
procedures are told apart by what they give.

References
----------
Form: E. Hairer and G. Wanner, Solving Ordinary Differential Equations II, 2nd ed. (1996), section IV.7.
Rodas5P: G. Steinebach, Construction of Rosenbrock-Wanner method Rodas5P and numerical benchmarks within the Julia
Differential Equations package, BIT Numer. Math. 63 (2023) 27, doi:10.1007/s10543-023-00967-x; coefficients as in
OrdinaryDiffEq.jl (``Rodas5PTableau``).
Rodas3: A. Sandu, J. G. Verwer, J. G. Blom, E. J. Spee, G. R. Carmichael and F. A. Potra, Benchmarking stiff ODE solvers
for atmospheric chemistry problems II: Rosenbrock solvers, Atmos. Environ. 31 (1997) 3459,
doi:10.1016/S1352-2310(97)83212-8.
"""

from dataclasses import dataclass

Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Rosenbrock:
    """A method: its coefficients, and how its steps are chosen."""

    name: str
    """In the names of compiled functions."""
    order: int
    """Of a step; its estimate of the error goes with this power of the step size."""
    gamma: float
    """The diagonal; d_1 too."""
    a: Rows
    """a_sm, one row a stage."""
    c: Rows
    """c_sm, one row a stage."""
    nodes: tuple[float, ...]
    """c_s: when each stage is, as a part of the step."""
    time_weights: tuple[float, ...]
    """d_s."""
    safety: float
    """Part of the step size that the error allows which is taken."""
    most_growth: float
    """Largest step size over the one before it."""
    watches_zero: bool
    """Whether a run whose amounts creep below zero is given up: of coarse runs, which have finer ones to go to."""

    @property
    def n_stages(self) -> int:
        """Number of stages S."""
        return len(self.a)

    @property
    def last_full(self) -> int:
        """The last stage with amounts of its own; each later one adds the stage before it."""
        return next(s for s in range(1, self.n_stages - 1) if self.a[s + 1] == (*self.a[s], 1.0))

    def begins_again(self, s: int) -> bool:
        """Tell whether a stage is where and when the step begins, so that its f is that of the first."""
        return s > 0 and not any(self.a[s]) and not self.nodes[s]


_A6 = (-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256, 0.030198172008377946)

RODAS5P = Rosenbrock(
    name="rodas5p",
    order=5,
    gamma=0.21193756319429014,
    a=(
        (),
        (3.0,),
        (2.849394379747939, 0.45842242204463923),
        (-6.954028509809101, 2.489845061869568, -10.358996098473584),
        (2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641),
        _A6,
        (*_A6, 1.0),
        (*_A6, 1.0, 1.0),
    ),
    c=(
        (),
        (-14.155112264123755,),
        (-17.97296035885952, -2.859693295451294),
        (147.12150275711716, -1.41221402718213, 71.68940251302358),
        (165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306),
        (24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125, -0.6610691825249471),
        (30.91273214028599, -3.1208243349937974, 77.79954646070892, 34.28646028294783, -19.097331116725623,
         -28.087943162872662),
        (37.80277123390563, -3.2571969029072276, 112.26918849496327, 66.9347231244047, -40.06618937091002,
         -54.66780262877968, -9.48861652309627),
    ),
    nodes=(0.0, 0.6358126895828704, 0.4095798393397535, 0.9769306725060716, 0.4288403609558664, 1.0, 1.0, 1.0),
    time_weights=(
        0.21193756319429014,
        -0.42387512638858027,
        -0.3384627126235924,
        1.8046452872882734,
        2.325825639765069,
        0.0,
        0.0,
        0.0,
    ),
    safety=0.9,
    most_growth=6.0,
    watches_zero=False,
)  # fmt: skip

RODAS3 = Rosenbrock(
    name="rodas3",
    order=3,
    gamma=0.5,
    a=((), (0.0,), (2.0, 0.0), (2.0, 0.0, 1.0)),
    c=((), (4.0,), (1.0, -1.0), (1.0, -1.0, -8.0 / 3.0)),
    nodes=(0.0, 0.0, 1.0, 1.0),
    time_weights=(0.5, 1.5, 0.0, 0.0),
    safety=0.8,
    most_growth=12.0,
    watches_zero=True,
)

METHODS = (RODAS5P, RODAS3)
"""All that a network is compiled for."""
COARSE = 5e-4
"""Relative tolerance from which the method of order 3 is the faster."""


def method_for(relative_tolerance: float) -> Rosenbrock:
    """Choose the method that is faster at a tolerance."""
    return RODAS3 if relative_tolerance >= COARSE else RODAS5P
