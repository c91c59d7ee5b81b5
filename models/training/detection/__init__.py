"""The detector: where the plates of a picture are, as four corners each, and whether a plate has two rows."""
