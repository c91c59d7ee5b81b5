"""How plates are seen in a stage of training: first as they come, then as they are hard to read."""

from dataclasses import dataclass, replace


PROVINCELESS = ("military", "military_double", "embassy")


@dataclass(frozen=True)
class Manner:
    """`kinds`: how often each is drawn, in shares; `widths_px`: of drawn plates, evenly by ratio.

    `strength`: how bad the photograph of a drawn one may be, 0 to 1; `retaken`: how often a real one
    is photographed again, and how badly at most. Chances from 0 to 1: a real plate is `relettered`,
    a picture is `faded` before it is taken, its file `squeezed` by one JPEG more.
    """

    kinds: dict[str, int]
    widths_px: tuple[int, int]
    relettered: float
    strength: float = 1.0
    retaken: tuple[float, float] = (0.5, 0.6)
    faded: float = 0.0
    squeezed: float = 0.0


BROAD = Manner(
    kinds={
        "blue": 26, "yellow": 9, "yellow_double": 9, "trailer": 5, "trainer": 4, "police": 5,
        "military": 4, "military_double": 3, "armed_police": 5, "hong_kong": 3, "macau": 3,
        "consulate": 3, "embassy": 3, "green_small": 14, "green_large": 8, "farm": 4,
    },
    widths_px=(44, 260),
    relettered=0.7,
)  # fmt: skip
"""The common kinds more, none rarely."""

FAR = Manner(
    kinds={
        "blue": 18, "yellow": 9, "yellow_double": 11, "trailer": 10, "trainer": 7, "police": 8,
        "military": 4, "military_double": 10, "armed_police": 12, "hong_kong": 3, "macau": 3,
        "consulate": 4, "embassy": 3, "green_small": 12, "green_large": 11, "farm": 9,
    },
    widths_px=(48, 170),
    relettered=0.8,
    strength=0.8,
    faded=0.15,
    squeezed=0.3,
)  # fmt: skip
"""Small, faded, blotched by their file; kinds that were misread most are shown more."""

ALL = replace(FAR, kinds=FAR.kinds | {"blue": 24, "military": 5}, widths_px=(48, 240))
"""As hard to read as `FAR`, near ones too."""

PROVINCE = replace(
    ALL,
    kinds={kind: share for kind, share in ALL.kinds.items() if kind not in PROVINCELESS},
    strength=1.0,
    retaken=(0.75, 0.9),
    faded=0.2,
    squeezed=0.5,
)
"""Kinds that have one, in worse photographs: it is asked where the recogniser is in doubt."""

MANNERS = {"broad": BROAD, "far": FAR, "all": ALL, "province": PROVINCE}
