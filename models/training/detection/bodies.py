"""Pieces of vehicles, drawn: the street photographs hold few car fronts, and plates sit on those."""

import cv2
import numpy as np

PAINTS = np.array(
    [[235, 235, 232], [190, 192, 195], [120, 122, 126], [35, 36, 40], [15, 15, 18], [150, 25, 30], [25, 45, 110]]
    + [[60, 80, 60], [200, 180, 60], [180, 90, 30], [90, 60, 45], [230, 200, 40], [40, 90, 170], [220, 230, 235]],
    np.float32,
)
"""Body colours, RGB: mostly whites, greys, black, then red, blue, green, yellow, orange, brown."""


def draw_front(tile: np.ndarray, rng: np.random.Generator) -> None:
    """Paints the front or the back of a car into `tile` (uint8 [H,W,3]): body, grille, lamps, bumper lines."""
    height, width = tile.shape[:2]
    wide = rng.uniform(0.4, 1.5) * width
    tall = wide * rng.uniform(0.35, 0.7)
    left = rng.uniform(-0.4 * wide, width - 0.6 * wide)
    top = rng.uniform(-0.3 * tall, height - 0.6 * tall)
    paint = PAINTS[rng.integers(len(PAINTS))] * rng.uniform(0.5, 1.1)
    fill_sloped(tile, box(left, top, wide, tall), paint, rng)
    if rng.random() < 0.75:
        grille_wide, grille_tall = wide * rng.uniform(0.2, 0.7), tall * rng.uniform(0.1, 0.45)
        grille_left, grille_top = left + (wide - grille_wide) / 2, top + tall * rng.uniform(0.05, 0.5)
        draw_grille(tile, grille_left, grille_top, grille_wide, grille_tall, rng)
    draw_lamps(tile, left, top, wide, tall, rng)
    for _ in range(int(rng.integers(0, 5))):
        y = top + tall * rng.uniform(0, 1)
        line = paint * rng.uniform(0.3, 1.4)
        ends = (int(left), int(y)), (int(left + wide), int(y + rng.uniform(-0.05, 0.05) * wide))
        cv2.line(tile, *ends, np.clip(line, 0, 255).tolist(), int(rng.integers(1, 4)), cv2.LINE_AA)


def box(left: float, top: float, wide: float, tall: float) -> np.ndarray:
    """Corners [4,2] of an upright rectangle."""
    return np.array([[left, top], [left + wide, top], [left + wide, top + tall], [left, top + tall]], np.float32)


def fill_sloped(tile: np.ndarray, quad: np.ndarray, colour: np.ndarray, rng: np.random.Generator) -> None:
    """Fills `quad` with a colour that gets lighter or darker across it, a little transparent at times."""
    height, width = tile.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(mask, np.round(quad * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    down = np.linspace(rng.uniform(0.6, 1.2), rng.uniform(0.6, 1.2), height, dtype=np.float32)[:, None]
    across = np.linspace(rng.uniform(0.8, 1.15), rng.uniform(0.8, 1.15), width, dtype=np.float32)[None]
    cover = mask[:, :, None].astype(np.float32) * (rng.uniform(0.75, 1.0) / 255)
    painted = (down * across)[:, :, None] * colour.astype(np.float32)
    tile[:] = np.clip(tile * (1 - cover) + painted * cover, 0, 255).astype(np.uint8)


def draw_grille(tile: np.ndarray, left: float, top: float, wide: float, tall: float, rng: np.random.Generator) -> None:
    """Bars, a mesh or slots on a dark ground, at times with a badge or an Audi's four rings."""
    dark = rng.uniform(5, 50)
    cv2.fillConvexPoly(tile, box(left, top, wide, tall).astype(np.int32), (dark, dark, dark), cv2.LINE_AA)
    bar = rng.uniform(60, 240) + rng.uniform(-10, 10, 3)
    step = max(3.0, (tall if rng.random() < 0.5 else wide) / rng.uniform(3, 14))
    thick = int(max(1, step * rng.uniform(0.15, 0.5)))
    kind = rng.integers(3)
    if kind != 1:
        for y in np.arange(top, top + tall, step):
            cv2.line(tile, (int(left), int(y)), (int(left + wide), int(y)), bar.tolist(), thick, cv2.LINE_AA)
    if kind != 0:
        for x in np.arange(left, left + wide, step):
            cv2.line(tile, (int(x), int(top)), (int(x), int(top + tall)), bar.tolist(), thick, cv2.LINE_AA)
    draw_badge(tile, left + wide / 2, top + tall * rng.uniform(0, 0.6), max(3.0, tall * rng.uniform(0.1, 0.4)), rng)


def draw_badge(tile: np.ndarray, x: float, y: float, radius: float, rng: np.random.Generator) -> None:
    """A maker's badge of that radius (pixels): one ring, or four in a row as Audi has them, or none."""
    silver = (rng.uniform(140, 250) + rng.uniform(-10, 10, 3)).tolist()
    thick = max(1, int(radius * 0.25))
    kind = rng.random()
    if kind < 0.4:
        cv2.circle(tile, (int(x), int(y)), int(radius), silver, thick, cv2.LINE_AA)
    elif kind < 0.7:
        for place in (-1.5, -0.5, 0.5, 1.5):
            cv2.circle(tile, (int(x + place * radius * 1.5), int(y)), int(radius), silver, thick, cv2.LINE_AA)


def draw_lamps(tile: np.ndarray, left: float, top: float, wide: float, tall: float, rng: np.random.Generator) -> None:
    """A pair of lamps: white, amber or red, at times lit with a halo."""
    colour = np.array([[235, 235, 225], [230, 150, 40], [190, 20, 25]][int(rng.integers(3))], np.float32)
    axes = (max(2, int(wide * rng.uniform(0.04, 0.12))), max(2, int(tall * rng.uniform(0.04, 0.15))))
    y = int(top + tall * rng.uniform(0.1, 0.5))
    angle = rng.uniform(-20, 20)
    for side, turn in ((left + wide * 0.1, angle), (left + wide * 0.9, -angle)):
        shade = (colour * rng.uniform(0.5, 1.0)).tolist()
        cv2.ellipse(tile, (int(side), y), axes, turn, 0, 360, shade, -1, cv2.LINE_AA)
        if rng.random() < 0.3:
            cv2.circle(tile, (int(side), y), max(1, axes[1] // 2), (255, 255, 250), -1, cv2.LINE_AA)
