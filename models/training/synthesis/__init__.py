"""Flat pictures of every Chinese plate type, drawn from glyphs. No camera effects: see `camera`."""

from synthesis.plates import FlatPlate, draw_plate
from synthesis.texts import PlateText, kinds, plate_type_of_kind, sample_text

__all__ = ["FlatPlate", "PlateText", "draw_plate", "kinds", "plate_type_of_kind", "sample_text"]
