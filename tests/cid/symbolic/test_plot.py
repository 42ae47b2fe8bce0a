"""Pictures of regions in two parameters whose curves touch the frame."""

import matplotlib.pyplot as plt
import pytest
import sympy

import cid


@pytest.mark.parametrize("assumed", [{}, {"real": True}, {"positive": True}])
def test_curves_along_the_frame(assumed):
    """Where p is 0 or 1 the line is the frame itself, and matplotlib gives empty parts."""
    p, q = sympy.symbols("p q", **assumed)
    d = cid.CID.parse("S -> D -> U; S -> U", decisions="D", utilities="U")
    s = cid.SCIM(
        d,
        {"D": (0, 1)},
        {"S": {0: 1 - p, 1: p}, "U": lambda S, D: int(S == D) + q * D},
    )
    found = cid.incentive_conditions(s, "voi", "D", "S")
    ax = found.plot()
    assert ax.get_xlim() == (0, 1)
    shaded = ax.images[0].get_array()
    # Half of the way along both axes the state is worth knowing; at a price of 1 it is not.
    assert shaded[200, 200]
    assert shaded.mask[400, 200]
    assert all(len(line.get_xdata()) > 1 for line in ax.lines)
    plt.close("all")
