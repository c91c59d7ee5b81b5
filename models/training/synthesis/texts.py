"""What a plate may say: one sampler per kind, in the grammar of devices/contracts/src/plate.ts.

Letters, digits and provinces are drawn evenly, not as often as the road shows them, so that a
network trained on them has no favourite. Source of the grammar: GA 36-2018; farm: NY 345.1.
"""

from dataclasses import dataclass

import numpy as np

provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
serial_letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
office_letters = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
energy_letters = "ABCDEFGHJK"
digits = "0123456789"


@dataclass(frozen=True)
class PlateText:
    """`text` in normal form (no dot), one of `kinds`, `colour` of the ground, 1 or 2 `rows`."""

    text: str
    kind: str
    colour: str
    rows: int


@dataclass(frozen=True)
class Kind:
    """How a kind looks: its plate type in the contract, the colour of its ground, its rows."""

    plate_type: str
    colour: str
    rows: int


_kinds = {
    "blue": Kind("ordinary", "blue", 1),
    "yellow": Kind("ordinary", "yellow", 1),
    "yellow_double": Kind("ordinary", "yellow", 2),
    "trailer": Kind("trailer", "yellow", 2),
    "trainer": Kind("trainer", "yellow", 1),
    "police": Kind("police", "white", 1),
    "military": Kind("military", "white", 1),
    "military_double": Kind("military", "white", 2),
    "armed_police": Kind("armed_police", "white", 1),
    "hong_kong": Kind("hong_kong", "black", 1),
    "macau": Kind("macau", "black", 1),
    "consulate": Kind("consulate", "black", 1),
    "embassy": Kind("embassy", "black", 1),
    "green_small": Kind("new_energy_small", "green", 1),
    "green_large": Kind("new_energy_large", "yellow_green", 1),
    "farm": Kind("farm", "green", 2),
}
kinds = tuple(_kinds)


def plate_type_of_kind(kind: str) -> str:
    """The plate type of the contract a kind belongs to; `ordinary` for three of them."""
    return _kinds[_known(kind)].plate_type


def sample_text(rng: np.random.Generator, kind: str | None = None) -> PlateText:
    """A random text of `kind`, or of any, all equally likely. ValueError for an unknown kind."""
    chosen = kinds[rng.integers(len(kinds))] if kind is None else _known(kind)
    look = _kinds[chosen]
    return PlateText(_text_of(chosen, rng), chosen, look.colour, look.rows)


def _known(kind: str) -> str:
    if kind not in _kinds:
        raise ValueError(f"kind {kind!r} is not known: use one of {', '.join(kinds)}")
    return kind


def _text_of(kind: str, rng: np.random.Generator) -> str:
    head = _pick(provinces, rng) + _pick(office_letters, rng)
    match kind:
        case "blue" | "yellow" | "yellow_double":
            return head + _serial(5, rng)
        case "trailer" | "trainer" | "police" | "consulate":
            last = {"trailer": "挂", "trainer": "学", "police": "警", "consulate": "领"}[kind]
            return head + _serial(4, rng) + last
        case "hong_kong" | "macau":
            return "粤Z" + _serial(4, rng) + ("港" if kind == "hong_kong" else "澳")
        case "embassy":
            return _digits(6, rng) + "使"
        case "military" | "military_double":
            return _pick(serial_letters, rng) + _pick(serial_letters, rng) + _digits(5, rng)
        case "armed_police":
            province = _pick(provinces, rng) if rng.random() < 0.6 else ""
            return "WJ" + province + _digits(4, rng) + _pick(digits + serial_letters, rng)
        case "green_small":
            return head + _pick(energy_letters, rng) + _serial(1, rng) + _digits(4, rng)
        case "green_large":
            return head + _digits(5, rng) + _pick(energy_letters, rng)
        case _:
            return head[0] + _digits(7, rng)


def _serial(count: int, rng: np.random.Generator) -> str:
    """Letters and digits half and half: evenly over all 34 would leave digits rare."""
    return "".join(
        _pick(digits if rng.random() < 0.5 else serial_letters, rng) for _ in range(count)
    )


def _digits(count: int, rng: np.random.Generator) -> str:
    return "".join(_pick(digits, rng) for _ in range(count))


def _pick(letters: str, rng: np.random.Generator) -> str:
    return letters[int(rng.integers(len(letters)))]
