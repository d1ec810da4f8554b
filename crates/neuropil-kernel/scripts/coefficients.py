"""Polynomial coefficients of `src/math`, by Remez exchange: `python3 coefficients.py` (needs mpmath).

Each polynomial is minimax for the relative error of the function that it is part of. What is printed for
each: the coefficients as Rust takes them, lowest power first, and the largest relative error with the rounded
coefficients (2^-53 is half a unit in the last place of 1).
"""

from mpmath import mp, mpf, matrix, lu_solve, cos, sin, exp, log, pi, sqrt, atanh

mp.dps = 50


def remez(target, scale, lower, upper, degree):
    """Minimax p of `degree` for |p(x) - target(x)| * |scale(x)| on [lower, upper]."""
    count = degree + 2
    middle, half = (lower + upper) / 2, (upper - lower) / 2
    points = [middle - half * cos(pi * i / (count - 1)) for i in range(count)]
    for _ in range(30):
        rows = [[x**j for j in range(degree + 1)] + [(-1) ** i / scale(x)] for i, x in enumerate(points)]
        solution = lu_solve(matrix(rows), matrix([target(x) for x in points]))
        coefficients = [solution[j] for j in range(degree + 1)]

        def error(x):
            return (evaluate(coefficients, x) - target(x)) * scale(x)

        # The extremum between each pair of sign changes, from a fine grid.
        grid = [middle - half * cos(pi * i / (40 * count)) for i in range(40 * count + 1)]
        values = [error(x) for x in grid]
        extrema, start = [], 0
        for i in range(1, len(grid) + 1):
            if i == len(grid) or values[i] * values[start] < 0:
                extrema.append(grid[max(range(start, i), key=lambda k: abs(values[k]))])
                start = i
        if len(extrema) != count:
            break
        moved = max(abs(a - b) for a, b in zip(points, extrema))
        points = extrema
        if moved < half * mpf("1e-3"):
            break
    return coefficients


def evaluate(coefficients, x):
    total = mpf(0)
    for c in reversed(coefficients):
        total = total * x + c
    return total


def report(name, target, scale, lower, upper, degree):
    coefficients = [float(c) for c in remez(target, scale, mpf(lower), mpf(upper), degree)]
    rounded = [mpf(c) for c in coefficients]
    xs = [lower + (upper - lower) * mpf(i) / 4000 for i in range(4001)]
    worst = max(abs((evaluate(rounded, x) - target(x)) * scale(x)) for x in xs)
    print(f"{name}: relative error {float(worst):.2e} = 2^{float(log(worst, 2)):.1f}")
    for c in coefficients:
        print(f"    {c!r},")


def parts(name, value, bits):
    """`value` as a sum of positive doubles with the stated numbers of bits."""
    print(name)
    for keep in bits:
        shift = keep - 1 - int(mp.floor(log(value, 2)))
        part = mp.floor(value * mpf(2) ** shift) / mpf(2) ** shift
        print(f"    {float(part)!r},")
        value -= part


def series(function, terms):
    """`function` away from zero, its power series (a list of coefficients) near it, where digits would cancel."""
    return lambda x: evaluate(terms, x) if abs(x) < mpf("1e-3") else function(x)


def factorials(first, step, count):
    return [(mpf(-1) ** i if step == 2 else 1) / mp.factorial(first + step * i) for i in range(count)]


def main():
    tiny = mpf("1e-9")  # keeps the weight of the origin above zero
    half_ln2 = log(mpf(2)) / 2 * mpf("1.0001")
    # e^r = 1 + r + r^2 q(r)
    q = series(lambda r: (exp(r) - 1 - r) / r**2, factorials(2, 1, 14))
    growth = series(lambda r: (exp(r) - 1) / r, factorials(1, 1, 14))
    report("exponential q", q, lambda r: r**2 / exp(r) + tiny, -half_ln2, half_ln2, 9)
    # The same, for the relative error of e^r - 1
    report("exponential less one q", q, lambda r: abs(r) / growth(r) + tiny, -half_ln2, half_ln2, 10)
    # ln((1 + s) / (1 - s)) = 2 s + s z q(z), z = s^2
    limit = ((sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1)) ** 2 * mpf("1.0001")
    q = series(lambda z: 2 * (atanh(sqrt(z)) / sqrt(z) - 1) / z, [mpf(2) / (2 * k + 3) for k in range(12)])
    report("logarithm q", q, lambda z: z / 2 + tiny, mpf(0), limit, 6)
    # sin r = r + r z q(z), cos r = 1 - z/2 + z^2 q(z), z = r^2
    quarter = (pi / 4) ** 2 * mpf("1.001")
    q = series(lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, [-t for t in factorials(3, 2, 12)])
    report("sine q", q, lambda z: z + tiny, mpf(0), quarter, 5)
    q = series(lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2, factorials(4, 2, 12))
    report("cosine q", q, lambda z: z**2 + tiny, mpf(0), quarter, 5)
    # Noise: -2 ln(1 + f) = f p(f); sin(q pi / 2) = q p(q^2), cos(q pi / 2) = p(q^2), |q| <= 1/2
    p = series(lambda f: -2 * log(1 + f) / f, [mpf(-1) ** (k + 1) * mpf(2) / (k + 1) for k in range(24)])
    report("noise logarithm p", p, lambda f: 1 / abs(p(f)), sqrt(mpf(1) / 2) - 1, sqrt(mpf(2)) - 1, 12)
    p = series(lambda z: sin(sqrt(z) * pi / 2) / sqrt(z), [t * (pi / 2) ** (2 * k + 1) for k, t in enumerate(factorials(1, 2, 12))])
    report("noise sine p", p, lambda z: 1 / p(z), mpf(0), mpf(1) / 4, 4)
    p = series(lambda z: cos(sqrt(z) * pi / 2), [t * (pi / 2) ** (2 * k) for k, t in enumerate(factorials(0, 2, 12))])
    report("noise cosine p", p, lambda z: 1 / p(z), mpf(0), mpf(1) / 4, 4)
    parts("ln 2", log(mpf(2)), [53, 53])
    parts("ln 2, for exact products with whole numbers of up to 11 bits", log(mpf(2)), [42, 53])
    parts("pi / 2", pi / 2, [53, 53, 53])
    print(f"1 / ln 2\n    {float(1 / log(mpf(2)))!r},\n2 / pi\n    {float(2 / pi)!r},")


if __name__ == "__main__":
    main()
