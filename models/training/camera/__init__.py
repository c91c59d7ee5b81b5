"""What light, lens, sensor and file do to a picture. Shared by plate crops and whole scenes."""

from camera.photographs import photograph

__all__ = ["photograph"]
