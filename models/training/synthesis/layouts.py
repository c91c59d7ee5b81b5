"""Where the characters of a plate stand, in millimetres. Source: GA 36-2018, farm: NY 345.1."""

from dataclasses import dataclass
from functools import lru_cache

from synthesis.texts import PlateText

px_per_mm = 0.8


@dataclass(frozen=True)
class Place:
    """One character's cell, mm from the plate's top left; `glyphs` is the set it is cut from."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    glyphs: str


@dataclass(frozen=True)
class Layout:
    """A plate's outer size, cells in reading order, centre of the dot (None: no dot), holes."""

    width_mm: float
    height_mm: float
    places: tuple[Place, ...]
    dot_mm: tuple[float, float] | None
    holes_mm: tuple[tuple[float, float], ...]


_holes_single = ((110, 13), (330, 13), (110, 127), (330, 127))
_holes_double = ((90, 12), (350, 12), (90, 208), (350, 208))
_holes_energy = ((125, 11), (355, 11), (125, 129), (355, 129))


def layout_of(text: PlateText, dot_after: int = 2) -> Layout:
    """The layout of a text. `dot_after` characters stand before the dot on single-row plates."""
    if text.kind == "farm":
        return _farm()
    if text.rows == 2:
        return _double()
    if text.kind in ("green_small", "green_large"):
        return _energy()
    if len(text.text) == 8:
        return _armed_police()
    return _single(dot_after)


@lru_cache
def _single(dot_after: int) -> Layout:
    """440x140: cells 45x90, pitch 57, 22 mm more where the dot stands."""
    xs = [15.5 + 57 * i + (22 if i >= dot_after else 0) for i in range(7)]
    dot = (xs[dot_after] - 17, 70)
    return Layout(440, 140, tuple(Place(x, 25, 45, 90, "single") for x in xs), dot, _holes_single)


@lru_cache
def _armed_police() -> Layout:
    """440x140 with eight characters: WJ, a smaller province, then five."""
    head = [Place(14, 25, 43, 90, "single"), Place(61, 25, 43, 90, "single")]
    province = Place(112, 52, 40, 60, "single")
    rest = [Place(162 + 53 * i, 25, 43, 90, "single") for i in range(5)]
    return Layout(440, 140, (*head, province, *rest), (132, 36), _holes_single)


@lru_cache
def _energy() -> Layout:
    """480x140: first cell 45x90, the others 43x90, pitch 52, the emblem between 2 and 3."""
    xs = [69.5, *(161.5 + 52 * i for i in range(6))]
    rest = (Place(x, 25, 43, 90, "energy") for x in xs)
    return Layout(480, 140, (Place(15.5, 25, 45, 90, "energy"), *rest), (137, 70), _holes_energy)


@lru_cache
def _double() -> Layout:
    """440x220: upper row 80x60, lower row five cells of 65x110, pitch 80."""
    upper = (Place(110, 15, 80, 60, "upper"), Place(250, 15, 80, 60, "upper"))
    lower = (Place(27.5 + 80 * i, 90, 65, 110, "lower") for i in range(5))
    return Layout(440, 220, (*upper, *lower), (220, 45), _holes_double)


@lru_cache
def _farm() -> Layout:
    """300x165 pressed here as 440x220: province and two digits above, five digits below, no dot."""
    upper = (Place(x, 18, 80, 58, "upper") for x in (68, 192, 288))
    lower = (Place(27.5 + 80 * i, 92, 65, 106, "lower") for i in range(5))
    return Layout(440, 220, (*upper, *lower), None, _holes_double)
