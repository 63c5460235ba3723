#!/usr/bin/env python3
"""Prints values of the functions of formulas, computed with many digits.

    reference.py 6 > reference.txt      (needs mpmath; so many random arguments for each interval)

A line is a function, its arguments, and the value rounded to `f64`, all as bits in hexadecimal, and how far the exact value is
above that, in units of its last place.
"""
import math
import random
import struct
import sys

from mpmath import mp, mpf

INFINITY, NAN = math.inf, math.nan
TINY, LEAST, LARGEST = 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308
EDGES = [0.0, -0.0, INFINITY, -INFINITY, NAN, TINY, -TINY, LEAST, -LEAST, 1e-310, -1e-310, LARGEST, -LARGEST, 1.0, -1.0, 1e-20, -1e-20]


def normal(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def density(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


# name: (function, intervals, limits at infinity and -infinity)
ONE = {
    "exp": (mp.exp, [(-1, 1), (-708, 709.7), (-745.2, -708)], INFINITY, 0.0),
    "exp_m1": (mp.expm1, [(-1, 1), (-40, 709.7), (-1e-5, 1e-5), (0.3, 0.4)], INFINITY, -1.0),
    "ln": (mp.log, [(0.5, 2), (0.99, 1.01), (0, 1e-308), (1e-300, 1e300), (0, 100)], INFINITY, NAN),
    "ln_1p": (mp.log1p, [(-0.3, 0.45), (-1, 1), (0, 100), (1e10, 1e300), (-1e-8, 1e-8)], INFINITY, NAN),
    "sqrt": (mp.sqrt, [(0, 2), (1e-320, 1e-300)], INFINITY, NAN),
    "recip": (lambda x: 1 / x, [(-2, 2), (1e307, 1.7e308)], 0.0, -0.0),
    "tanh": (mp.tanh, [(-0.56, 0.56), (0.5, 0.7), (-20, 20), (-1e-5, 1e-5)], 1.0, -1.0),
    "sigmoid": (lambda x: mp.exp(x) / (1 + mp.exp(x)), [(-2, 2), (-40, 40), (-745, -40)], 1.0, 0.0),
    "silu": (lambda x: x * mp.exp(x) / (1 + mp.exp(x)), [(-2, 2), (-40, 40), (-752, -40)], INFINITY, -0.0),
    "softplus": (lambda x: mp.log1p(mp.exp(x)), [(-2, 2), (-40, 40), (-745, -40)], INFINITY, 0.0),
    "sin": (mp.sin, [(-0.8, 0.8), (-10, 10), (-1048576, 1048576), (1e6, 1e22), (1e100, 1e300)], NAN, NAN),
    "cos": (mp.cos, [(-0.8, 0.8), (-10, 10), (-1048576, 1048576), (1e6, 1e22), (1e100, 1e300)], NAN, NAN),
    "erf": (mp.erf, [(-1, 1), (0.9, 1.2), (-6, 6), (-1e-5, 1e-5)], 1.0, -1.0),
    "gelu": (lambda x: x * normal(x), [(-0.61, 0.61), (-3, 3), (-9, 9), (-38.6, -8)], INFINITY, -0.0),
    "gelu_derivative": (lambda x: normal(x) + x * density(x), [(-0.61, 0.61), (-3, 3), (-9, 9), (-38, -8)], 1.0, -0.0),
}


def at_edge(name, x):
    """The value where mpmath has none of IEEE 754, or `None`."""
    _, _, above, below = ONE[name]
    if math.isnan(x):
        return NAN
    if math.isinf(x):
        return above if x > 0 else below
    if x == 0:
        values = {"exp": 1.0, "ln": -INFINITY, "recip": math.copysign(INFINITY, x), "sigmoid": 0.5, "cos": 1.0, "gelu_derivative": 0.5}
        return None if name == "softplus" else values.get(name, x)
    if (name in ("ln", "sqrt") and x < 0) or (name == "ln_1p" and x < -1):
        return NAN
    if name == "ln_1p" and x == -1:
        return -INFINITY
    if abs(x) > 1e5 and name not in ("ln", "ln_1p", "sqrt", "recip", "sin", "cos"):
        if name in ("exp", "exp_m1", "silu", "softplus", "gelu") and x > 0:
            return x if name in ("silu", "softplus", "gelu") else INFINITY
        return above if x > 0 else below
    return None


def rounded(value):
    """The nearest `f64`, and how far the value is above it in units of its last place."""
    if value == 0:
        return 0.0, 0.0
    exponent = max(int(mp.floor(mp.log(abs(value), 2))), -1022)
    unit = mpf(2) ** (exponent - 52)
    digits = mp.nint(value / unit)
    if abs(digits) * unit >= mpf(2) ** 1024:
        return math.copysign(INFINITY, value), 0.0
    return math.copysign(math.ldexp(int(digits), exponent - 52), value), float(value / unit - digits)


def bits(number):
    if math.isnan(number):
        return "7ff8000000000000"
    return struct.pack(">d", number).hex()


def show(name, arguments, value):
    number, above = value if isinstance(value, tuple) else (value, 0.0)
    print(name, *map(bits, arguments), bits(number), f"{above:.3f}")


def power(x, y):
    """The `pow` of C, which Python's is where it does not raise an error; of many digits where the result is a common number."""
    try:
        rough = math.pow(x, y)
    except OverflowError:
        rough = math.copysign(INFINITY, x) if x < 0 and y % 2 == 1 else INFINITY
    except ValueError:
        rough = NAN if x != 0 else math.copysign(INFINITY, x) if y % 2 == 1 else INFINITY
    if not math.isfinite(x) or not math.isfinite(y) or x == 0 or rough != rough:
        return rough
    if y * math.log(abs(x)) > 1000:
        return rough
    if y * math.log(abs(x)) < -1000:
        return rough
    exact = mp.exp(mpf(y) * mp.log(abs(mpf(x))))
    return rounded(-exact if x < 0 and y % 2 == 1 else exact)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    rng = random.Random(18)
    for name, (function, intervals, _, _) in ONE.items():
        arguments = EDGES + [rng.choice([-1, 1]) * 2.0 ** rng.uniform(-1000, 1000) for _ in range(count)]
        arguments += [rng.choice([-1, 1]) * 2.0 ** rng.uniform(-60, 10) for _ in range(count)]
        arguments += [rng.uniform(low, high) for low, high in intervals for _ in range(count)]
        if name in ("sin", "cos"):
            # Close to multiples of pi / 2: the last is the double that is closest to one of them.
            arguments += [float(mp.pi / 2 * n) for n in (1, 2, 3, 355, 4097, 65537, 600011)] + [6381956970095103 * 2.0**797]
        for x in arguments:
            value = at_edge(name, x)
            # As many digits as the argument of a sine has before the point, or an exponential function after it.
            mp.dps = 420 if name in ("sin", "cos") and abs(x) > 1e15 else 60
            if value is None and name == "gelu_derivative" and abs(x) < 1e-15:
                value = 0.5
            show(name, [x], rounded(function(mpf(x))) if value is None else value)
    mp.dps = 60
    pairs = [(x, y) for x in EDGES + [0.5, -2.0] for y in EDGES + [0.5, 2.0, -3.0, 4503599627370497.0]]
    for _ in range(6 * count):
        x = 2.0 ** rng.uniform(-1070, 1020)
        pairs.append((x, rng.uniform(-744, 709) / math.log(x)))
        x = rng.uniform(0.5, 2)
        pairs.append((x, rng.uniform(-744, 709) / math.log(x)))
        pairs.append((rng.uniform(0, 10), rng.uniform(-10, 10)))
        pairs.append((-rng.uniform(0, 10), float(rng.randint(-20, 20))))
    for x, y in pairs:
        show("powf", [x, y], power(x, y))
    for n in (0, 1, 2, 3, 4, 5, -1, -2, -3, 7, -9, 31, 100, -1001, 2147483647, -2147483648):
        for x in EDGES + [rng.choice([-1, 1]) * 2.0 ** (rng.uniform(-1074, 1023) / max(abs(n), 1)) for _ in range(count)]:
            show("powi", [x, float(n)], power(x, float(n)))


if __name__ == "__main__":
    main()
