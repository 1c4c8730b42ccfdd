"""Rodas5P, the method that moves every run: a linearly implicit step of order 5 that estimates its own error.

For y' = f(t, y), J = df/dy and f_t = df/dt at (t, y), one step of size h solves eight linear systems with the
same matrix,

    (1/(gamma h) - J) u_s = f(t + c_s h, y + sum_m a_sm u_m) + (1/h) sum_m c_sm u_m + h d_s f_t,   s = 1..8,

the sums over m < s. Then y(t + h) = y + sum_m a_8m u_m + u_8, and u_8 itself is the estimate of the error:
without it the step is of order 4. The method is L-stable and stiffly accurate, so fast equilibria cost no small
steps, and any linear balance of f (atoms, for instance) holds to rounding at any tolerance.

Here ``A`` holds a_sm, ``C`` holds c_sm, ``NODES`` c_s, ``TIME_WEIGHTS`` d_s and ``GAMMA`` gamma.

References
----------
G. Steinebach, Construction of Rosenbrock-Wanner method Rodas5P and numerical benchmarks within the Julia
Differential Equations package, BIT Numer. Math. 63 (2023) 27, doi:10.1007/s10543-023-00967-x; coefficients as in
OrdinaryDiffEq.jl (``Rodas5PTableau``). The form above is that of E. Hairer and G. Wanner, Solving Ordinary
Differential Equations II, 2nd ed. (1996), section IV.7.
"""

ORDER = 5
GAMMA = 0.21193756319429014

_A6 = (-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256, 0.030198172008377946)

A: tuple[tuple[float, ...], ...] = (
    (),
    (3.0,),
    (2.849394379747939, 0.45842242204463923),
    (-6.954028509809101, 2.489845061869568, -10.358996098473584),
    (2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641),
    _A6,
    (*_A6, 1.0),
    (*_A6, 1.0, 1.0),
)

C: tuple[tuple[float, ...], ...] = (
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
)  # fmt: skip

NODES = (0.0, 0.6358126895828704, 0.4095798393397535, 0.9769306725060716, 0.4288403609558664, 1.0, 1.0, 1.0)
TIME_WEIGHTS = (
    GAMMA,
    -0.42387512638858027,
    -0.3384627126235924,
    1.8046452872882734,
    2.325825639765069,
    0.0,
    0.0,
    0.0,
)

N_STAGES = len(A)
