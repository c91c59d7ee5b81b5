"""One training sample: a plate, drawn or real, as the camera and the detector hand it over."""

from dataclasses import dataclass

import cv2
import numpy as np

from camera import photograph
from camera.files import squeeze
from recognition.geometry import (
    blurred_corners,
    box_of,
    corners_of,
    cut_out,
    seen_from_aside,
)
from recognition.manners import BROAD, Manner
from recognition.real import RealPlate, evenness
from recognition.recolour import recoloured
from recognition.shapes import COLOURS
from synthesis import draw_plate, sample_text
from synthesis.texts import provinces

_BOXED_SHARE = 0.35
"""Views cut by the upright box round the plate, as other people's crops are."""

@dataclass(frozen=True)
class View:
    """uint8 [32, 128, 3], the text it shows (empty: no plate) and its ground's index in COLOURS."""

    picture: np.ndarray
    text: str
    colour: int


@dataclass(frozen=True)
class Sighting:
    """A plate in a picture `scene` (uint8 [H, W, 3]) along corners as somebody found them, `quad`
    (float32 [4, 2]); what it says in how many rows, and its ground's index in COLOURS."""

    scene: np.ndarray
    quad: np.ndarray
    rows: int
    text: str
    colour: int

    def view(self) -> View:
        return View(cut_out(self.scene, self.quad, self.rows), self.text, self.colour)


class Views:
    """Draws views.

    `backgrounds` are uint8 RGB street photographs for what stands round a plate, `foreign` pieces
    of them that hold another country's plate; `manner` says how plates are seen.
    """

    def __init__(self, reals: list[RealPlate], backgrounds, foreign=(), manner: Manner = BROAD):
        self.reals, self.backgrounds, self.foreign, self.manner = reals, backgrounds, foreign, manner
        self.weights = evenness(reals) if reals else None
        self.kinds = list(manner.kinds)
        self.shares = np.array(list(manner.kinds.values()), float) / sum(manner.kinds.values())

    def drawn(self, rng: np.random.Generator, kind: str | None = None) -> View:
        return self.drawn_sighting(rng, kind).view()

    def real(self, rng: np.random.Generator) -> View:
        return self.real_sighting(rng).view()

    def drawn_sighting(self, rng: np.random.Generator, kind: str | None = None) -> Sighting:
        """A synthetic plate somewhere in a street."""
        kind = kind or self.kinds[rng.choice(len(self.kinds), p=self.shares)]
        flat = draw_plate(sample_text(rng, kind), rng)
        height, width = flat.picture.shape[:2]
        quad = seen_from_aside(rng, width / height, np.exp(rng.uniform(*np.log(self.manner.widths_px))))
        scene, quad = self._placed(flat.picture, quad, rng)
        scene = self._taken(scene, rng, self.manner.strength * float(rng.beta(1.1, 2.2)))
        found = _found(quad, rng)
        return Sighting(scene, found, flat.text.rows, flat.text.text, COLOURS.index(flat.text.colour))

    def real_sighting(self, rng: np.random.Generator) -> Sighting:
        """A real plate; most say something else, half are photographed again."""
        plate = self.reals[rng.choice(len(self.reals), p=self.weights)]
        crop, text = plate.crop, plate.text
        colour = "blue"
        if plate.aligned and rng.random() < self.manner.relettered:
            text, colour = _other_text(text, rng)
            crop = plate.blank.saying(text, rng)
            if colour != "blue":
                crop = recoloured(plate.blank, crop, colour, rng)
        scale = _shrinking(crop.shape[1], rng)
        crop = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        often, worst = self.manner.retaken
        if rng.random() < often:
            crop = self._taken(crop, rng, float(rng.uniform(0, worst)))
        if plate.aligned and rng.random() > 0.45:
            quad = _found(plate.corners * scale, rng, boxed=0.0)
        else:
            quad = _boxed(corners_of(crop.shape[1], crop.shape[0]), rng)
        return Sighting(crop, quad, 1, text, COLOURS.index(colour))

    def nothing(self, rng: np.random.Generator) -> View:
        """Street, foreign plate or sign: the text is empty whatever it says."""
        chance = rng.random()
        if chance < 0.4 and self.foreign:
            scene = self.foreign[rng.integers(len(self.foreign))]
        else:
            street = self.backgrounds[rng.integers(len(self.backgrounds))]
            width = int(np.exp(rng.uniform(np.log(40), np.log(300))))
            scene = _piece(street, width, int(width * rng.uniform(0.22, 0.6)), rng)
            scene = written_on(scene, rng) if chance > 0.7 else scene
        if rng.random() < 0.5:
            scene = photograph(scene, rng, float(rng.uniform(0, 0.7)))
        quad = blurred_corners(rng, corners_of(scene.shape[1], scene.shape[0]), 0.08)
        rows = 1 if rng.random() < 0.75 else 2
        return View(cut_out(scene, quad, rows), "", COLOURS.index("none"))

    def _taken(self, scene: np.ndarray, rng, strength: float) -> np.ndarray:
        """Photographed; in some manners faded before and its file squeezed after."""
        if self.manner.faded and rng.random() < self.manner.faded:
            scene = _faded(scene, rng)
        scene = photograph(scene, rng, strength)
        if self.manner.squeezed and rng.random() < self.manner.squeezed:
            scene = squeeze(scene, rng)
        return scene

    def _placed(self, plate: np.ndarray, quad: np.ndarray, rng) -> tuple[np.ndarray, np.ndarray]:
        """The plate laid over a piece of street with some room around it."""
        box = box_of(quad)
        size = box[2] - box[0]
        room = size * rng.uniform(0.06, 0.3) + 4
        quad = quad - box[0] + room
        width, height = (int(v) for v in np.ceil(size + 2 * room))
        street = self.backgrounds[rng.integers(len(self.backgrounds))]
        scene = _piece(street, width, height, rng)
        return laid_over(scene, plate, quad), quad


def _faded(scene: np.ndarray, rng) -> np.ndarray:
    """Paint and ground near to each other: old plates, back light, dust."""
    share = rng.uniform(0.3, 0.75)
    return np.uint8(scene * (1 - share) + scene.mean((0, 1)) * share)


def written_on(scene: np.ndarray, rng) -> np.ndarray:
    """A sign: a few Latin letters in a fount no plate has, on a ground of one colour or none."""
    height, width = scene.shape[:2]
    if rng.random() < 0.6:
        scene = np.full_like(scene, rng.integers(0, 256, 3))
    letters = "".join(chr(rng.integers(33, 123)) for _ in range(rng.integers(3, 11)))
    fount = int(rng.choice([cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_COMPLEX]))
    scale = height / 45
    (wide, _), _ = cv2.getTextSize(letters, fount, scale, 1)
    at = (int((width - wide) / 2), int(height * 0.7))
    ink = tuple(int(v) for v in rng.integers(0, 256, 3))
    return cv2.putText(scene.copy(), letters, at, fount, scale, ink, int(rng.integers(1, 4)), cv2.LINE_AA)


def laid_over(scene: np.ndarray, plate: np.ndarray, quad: np.ndarray) -> np.ndarray:
    """`plate` pasted into `scene` at `quad`, smoothed to the size it is seen at."""
    height, width = plate.shape[:2]
    across = np.linalg.norm(quad[1] - quad[0])
    while across < 0.6 * width and width > 8:
        plate = cv2.resize(plate, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        height, width = plate.shape[:2]
    matrix = cv2.getPerspectiveTransform(corners_of(width, height), np.float32(quad))
    size = (scene.shape[1], scene.shape[0])
    laid = cv2.warpPerspective(plate, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    cover = np.zeros(scene.shape[:2], np.uint8)
    cv2.fillConvexPoly(cover, np.int32(np.round(quad * 16)), 255, cv2.LINE_AA, 4)
    share = cv2.merge([cover] * 3).astype(np.float32) / 255
    return np.uint8(scene * (1 - share) + laid * share)


def _found(quad: np.ndarray, rng, boxed: float = _BOXED_SHARE) -> np.ndarray:
    """Corners as good as a detector's, or the box round them."""
    if rng.random() < boxed:
        return _boxed(box_of(quad), rng)
    share = abs(rng.normal(0, 0.045)) + 0.01
    return blurred_corners(rng, quad, share)


def _boxed(box: np.ndarray, rng) -> np.ndarray:
    """A box as people draw it: loose mostly, sometimes cutting the plate's edge."""
    (x0, y0), (x1, y1) = box[0], box[2]
    left, right = rng.normal(0.005, 0.015, 2) * (x1 - x0)
    up, down = rng.normal(0.01, 0.04, 2) * (y1 - y0)
    return np.float32([[x0 - left, y0 - up], [x1 + right, y0 - up], [x1 + right, y1 + down], [x0 - left, y1 + down]])


def _shrinking(width_px: int, rng) -> float:
    """Down to 50 pixels of width; one in three stays as it is."""
    if rng.random() < 0.35:
        return 1.0
    return min(1.0, float(np.exp(rng.uniform(np.log(50), np.log(160)))) / width_px)


def _other_text(text: str, rng) -> tuple[str, str]:
    """What a real plate is made to say, and in which colour.

    Another province only, another text, two other characters, or a text of another kind.
    """
    chance = rng.random()
    if chance < 0.3:
        kind = ("yellow", "yellow", "yellow", "trainer", "police", "consulate", "hong_kong")[rng.integers(7)]
        other = sample_text(rng, kind)
        return other.text, other.colour
    other = sample_text(rng, "blue").text
    if chance < 0.65:
        return provinces[rng.integers(len(provinces))] + text[1:], "blue"
    if chance < 0.9:
        return other, "blue"
    changed = rng.choice(7, 2, replace=False)
    return "".join(other[at] if at in changed else text[at] for at in range(7)), "blue"


def _piece(street: np.ndarray, width: int, height: int, rng) -> np.ndarray:
    """A piece of a street, at a random scale, `height` x `width`."""
    scale = rng.uniform(0.5, 1.6)
    tall, wide = min(street.shape[0] - 1, int(height * scale) + 2), min(street.shape[1] - 1, int(width * scale) + 2)
    y, x = rng.integers(street.shape[0] - tall), rng.integers(street.shape[1] - wide)
    return cv2.resize(street[y : y + tall, x : x + wide], (width, height), interpolation=cv2.INTER_AREA)
