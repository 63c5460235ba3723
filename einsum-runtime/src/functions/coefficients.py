#!/usr/bin/env python3
"""Derives the coefficients of the polynomials in this directory.

    coefficients.py [NAME ...]      (needs mpmath; gmpy2 makes it fast)

Each line of `POLYNOMIALS` says: a polynomial P of so many coefficients, in a variable of the argument, such that `value(P)`
differs the least from the function, relative to `scale`, on an interval. It is found by Remez's exchange on a grid of Chebyshev
nodes. Coefficients are rounded to the type from the first to the last, the others being fitted again to what is left. Printed are
the coefficients, from that of x^0 upwards, and the largest error as a power of two.
"""
import sys

from mpmath import mp, mpf

mp.dps = 60

HALF_LN2 = mp.log(2) / 2 * mpf("1.001")
ROOT_LESS_1 = (mp.sqrt(mpf(1) / 2) - 1) * mpf("1.0001"), (mp.sqrt(2) - 1) * mpf("1.0001")
S = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1) * mpf("1.0001")
QUARTER = mp.pi / 4 * mpf("1.0001")


def tail(a):
    """exp(a^2 / 2) times the normal distribution at -a."""
    return mp.exp(a * a / 2) * mp.erfc(a / mp.sqrt(2)) / 2


def slope(z):
    """The derivative of x normal(x), less 1/2, by x, of x^2."""
    x = mp.sqrt(z)
    return mp.erf(x / mp.sqrt(2)) / x / 2 + mp.exp(-z / 2) / mp.sqrt(2 * mp.pi)


def scaled_tail(k):
    """Of a tail in the variable t = (a - k) / (a + k): tail(a) (a + k)."""
    def function(t):
        a = k * (1 + t) / (1 - t)
        return tail(a) * (a + k)
    return function


def reach(a, k):
    return (a - k) / (a + k)


# name: (type, coefficients, interval, P approximates this, weight of its error)
POLYNOMIALS = {
    # e^x = 1 + x + x^2 P(x): relative to e^x - 1.
    "exp f32": (24, 6, (-HALF_LN2, HALF_LN2), lambda x: (mp.expm1(x) - x) / x**2, lambda x: x**2 / mp.expm1(x)),
    "exp f64": (53, 11, (-HALF_LN2, HALF_LN2), lambda x: (mp.expm1(x) - x) / x**2, lambda x: x**2 / mp.expm1(x)),
    # ln(1 + x) = x - x^2 / 2 + x^3 P(x).
    "ln f32": (24, 9, ROOT_LESS_1, lambda x: (mp.log1p(x) - x + x**2 / 2) / x**3, lambda x: x**3 / mp.log1p(x)),
    # ln((1 + s) / (1 - s)) = 2 s + s z P(z), z = s^2.
    "ln f64": (53, 7, (mpf(0), S**2), lambda z: (2 * mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 2) / z, lambda z: z / 2),
    # ln((1 + s) / (1 - s)) = 2 s (1 + z P(z)), z = s^2, to 2^-40 for a logarithm of 24 bits and an exponent of 8.
    "powf f32 ln": (53, 6, (mpf(0), S**2), lambda z: (mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, lambda z: z),
    # 2^x = 1 + x P(x).
    "powf f32 exp2": (53, 7, (mpf(-0.5001), mpf(0.5001)), lambda x: (mp.mpf(2)**x - 1) / x, lambda x: x),
    # ln((1 + s) / (1 - s)) = 2 s (1 + z / 3 + z^2 P(z)).
    "powf f64 ln": (53, 9, (mpf(0), S**2), lambda z: (mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 1 - z / 3) / z**2, lambda z: z**2),
    # tanh(x) = x + x z P(z), z = x^2.
    "tanh f32": (24, 5, (mpf(0), mpf("0.3026")), lambda z: (mp.tanh(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, lambda z: z),
    "tanh f64": (53, 11, (mpf(0), mpf("0.3026")), lambda z: (mp.tanh(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, lambda z: z),
    # sin(x) = x + x z P(z), cos(x) = 1 - z / 2 + z^2 P(z), z = x^2. Those of f32 are computed as f64.
    "sin f32": (53, 4, (mpf(0), QUARTER**2), lambda z: (mp.sin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, lambda z: z),
    "cos f32": (53, 3, (mpf(0), QUARTER**2), lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2, lambda z: z**2),
    "sin f64": (53, 7, (mpf(0), QUARTER**2), lambda z: (mp.sin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, lambda z: z),
    "cos f64": (53, 7, (mpf(0), QUARTER**2), lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2, lambda z: z**2),
    # erf(x) = x + x P(z), z = x^2, up to 1.
    "erf f32": (24, 7, (mpf(0), mpf("1.0001")), lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1, mp.sqrt),
    "erf f64": (53, 13, (mpf(0), mpf("1.0001")), lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1, mp.sqrt),
    # erf(x) = 1 - exp(P(x - 1)), from 1 to where it rounds to 1.
    "erf tail f32": (24, 9, (mpf(0), mpf(3)), lambda x: mp.log(mp.erfc(x + 1)), lambda x: mp.erfc(x + 1)),
    "erf tail f64": (53, 18, (mpf(0), mpf(5)), lambda x: mp.log(mp.erfc(x + 1)), lambda x: mp.erfc(x + 1)),
    # normal(x) = 1/2 + x P(z), z = x^2, up to 0.6.
    "normal f32": (24, 5, (mpf(0), mpf("0.4")), lambda z: mp.erf(mp.sqrt(z / 2)) / mp.sqrt(z) / 2, mp.sqrt),
    "normal f64": (53, 10, (mpf(0), mpf("0.4")), lambda z: mp.erf(mp.sqrt(z / 2)) / mp.sqrt(z) / 2, mp.sqrt),
    # The derivative of gelu is 1/2 + x P(z), up to 0.6.
    "gelu slope f32": (24, 6, (mpf(0), mpf("0.3601")), slope, mp.sqrt),
    "gelu slope f64": (53, 11, (mpf(0), mpf("0.3601")), slope, mp.sqrt),
    # normal(-a) = exp(-a^2 / 2) / (a + k) P(t), t = (a - k) / (a + k), relative.
    "tail f32": (24, 10, (reach(mpf("0.6"), 5), reach(mpf(15), 5)), scaled_tail(5), lambda t: 1 / scaled_tail(5)(t)),
    "tail f64": (53, 22, (reach(mpf("0.6"), 4), reach(mpf(40), 4)), scaled_tail(4), lambda t: 1 / scaled_tail(4)(t)),
}


def rounded(x, bits):
    """The number of so many bits that is nearest to x."""
    if x == 0:
        return x
    with mp.workprec(bits):
        return +x


def fit(grid, values, weights, powers):
    """Coefficients of x^powers with the least largest error on the grid, and that error."""
    n = len(powers)
    rows = [[x**p for p in powers] for x in grid]
    chosen = [round(i * (len(grid) - 1) / mpf(n)) for i in range(n + 1)]
    best, least_error = None, mp.inf
    for _ in range(40):
        a, b = mp.matrix(n + 1, n + 1), mp.matrix(n + 1, 1)
        for row, i in enumerate(chosen):
            for k in range(n):
                a[row, k] = rows[i][k]
            a[row, n] = (-1) ** row / weights[i]
            b[row] = values[i]
        solution = mp.lu_solve(a, b)
        coefficients, level = [solution[k] for k in range(n)], abs(solution[n])
        errors = [
            (v - sum(c * m for c, m in zip(coefficients, row))) * w for v, w, row in zip(values, weights, rows)
        ]
        largest = max(map(abs, errors))
        if largest < least_error:
            best, least_error = coefficients, largest
        if largest < level * mpf("1.0001"):
            break
        # The largest error of each run of one sign.
        runs = []
        for i, error in enumerate(errors):
            if runs and (errors[runs[-1]] < 0) == (error < 0):
                if abs(error) > abs(errors[runs[-1]]):
                    runs[-1] = i
            else:
                runs.append(i)
        while len(runs) > n + 1:
            if len(runs) == n + 2:
                runs.pop(0 if abs(errors[runs[0]]) < abs(errors[runs[-1]]) else -1)
            else:
                least = min(range(len(runs) - 1), key=lambda i: max(abs(errors[runs[i]]), abs(errors[runs[i + 1]])))
                del runs[least : least + 2]
        if len(runs) < n + 1:
            break
        chosen = runs
    return best, least_error


def derive(name):
    bits, n, (low, high), function, weight = POLYNOMIALS[name]
    count = 24 * n
    grid = [low + (high - low) * (1 - mp.cos(mp.pi * (i + mpf(1) / 2) / count)) / 2 for i in range(count)]
    grid = [x for x in grid if abs(x) > mpf(10) ** -12]
    values, weights = [function(x) for x in grid], [mpf(weight(x)) for x in grid]
    weights = [abs(w) for w in weights]
    rest, fixed = list(values), []
    for k in range(n if bits == 24 else min(n - 1, 5)):
        coefficients, _ = fit(grid, rest, weights, list(range(k, n)))
        fixed.append(rounded(coefficients[0], bits))
        rest = [r - fixed[k] * x**k for r, x in zip(rest, grid)]
    fixed += [rounded(c, bits) for c in coefficients[1:]] if len(fixed) < n else []
    error = max(
        abs(v - sum(c * x**k for k, c in enumerate(fixed))) * w for v, w, x in zip(values, weights, grid)
    )
    return fixed, error


def main():
    for name in sys.argv[1:] or POLYNOMIALS:
        coefficients, error = derive(name)
        print(f"{name}: 2^{mp.nstr(mp.log(error, 2), 4)}")
        digits = 9 if POLYNOMIALS[name][0] == 24 else 17
        for c in coefficients:
            print(f"    {mp.nstr(c, digits, strip_zeros=False, min_fixed=-6)},")


if __name__ == "__main__":
    main()
