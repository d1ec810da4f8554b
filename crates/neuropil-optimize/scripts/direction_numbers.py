"""Writes src/design/direction_numbers.txt: the direction numbers of Joe & Kuo for the first dimensions.

    pip install scipy==1.17.1
    python direction_numbers.py

They are the published table new-joe-kuo-6.21201 (https://web.maths.unsw.edu.au/~fkuo/sobol/), read from the copy that
SciPy carries. A line has the dimension d, the degree s and the inner coefficients a of its primitive polynomial, and
the initial numbers m_1 .. m_s. The first dimension is the van der Corput sequence and has no line.
"""

import pathlib

import numpy as np
import scipy.stats

DIMENSIONS = 512

table = np.load(pathlib.Path(scipy.stats.__file__).parent / "_sobol_direction_numbers.npz")
lines = []
for dimension in range(1, DIMENSIONS):
    polynomial = int(table["poly"][dimension])
    degree = polynomial.bit_length() - 1
    inner = (polynomial - (1 << degree)) // 2
    initial = table["vinit"][dimension, :degree]
    lines.append(" ".join(str(int(number)) for number in [dimension + 1, degree, inner, *initial]))
path = pathlib.Path(__file__).parents[1] / "src" / "design" / "direction_numbers.txt"
path.write_text("\n".join(lines) + "\n")
