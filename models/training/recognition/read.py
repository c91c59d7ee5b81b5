"""The network's outputs to a plate, for training to watch.

Slots name the best texts of every type; CTC, slots and colour together weigh them. This is simpler than the runtime's
decision (`models/src/decode.ts`): of one view, without the reader of provinces and without trust in views, and the
colour counts in full, there by the power 0.5. So its shares are no confidences.
"""

import numpy as np

from recognition.lattice import COLOURS_OF, PATTERNS, allowed
from recognition.shapes import BLANK, COLOURS, PLACES, decode

_ALLOWED = [(kind, allowed(places)) for kind, places in PATTERNS]
_SECONDS = 3
"""Places whose second-best character is tried as well."""
_WEIGHED = 6
"""Candidates that CTC weighs too: the best by slots and colour."""


def read(ctc: np.ndarray, slots: np.ndarray, colour: np.ndarray) -> tuple[str, float]:
    """Best text and its share of all candidates' probability. Log-probabilities [32,73], [8,73], [7]."""
    named: dict[tuple[int, ...], float] = {}
    for kind, places in _ALLOWED:
        paint = np.logaddexp.reduce([colour[COLOURS.index(name)] for name in COLOURS_OF[kind]])
        for text in _candidates(slots, places):
            score = _slots_score(slots, text) + float(paint)
            named[text] = max(score, named.get(text, -np.inf))
    likely = sorted(named, key=named.__getitem__)[-_WEIGHED:]
    scores = {text: named[text] + ctc_score(ctc, text) for text in likely}
    best = max(scores, key=scores.__getitem__)
    share = np.exp(scores[best] - np.logaddexp.reduce(list(scores.values())))
    return decode(best), float(share)


def _candidates(slots: np.ndarray, places) -> list[tuple[int, ...]]:
    ranked = [sorted(place, key=lambda c: -slots[at, c])[:2] for at, place in enumerate(places)]
    best = tuple(place[0] for place in ranked)
    loss = lambda at: slots[at, ranked[at][0]] - slots[at, ranked[at][1]]
    weakest = sorted((at for at in range(len(best)) if len(ranked[at]) > 1), key=loss)[:_SECONDS]
    others = [best[:at] + (ranked[at][1],) + best[at + 1 :] for at in weakest]
    return [best, *others]


def _slots_score(slots: np.ndarray, text: tuple[int, ...]) -> float:
    whole = [*text, *[BLANK] * (PLACES - len(text))]
    return float(slots[range(PLACES), whole].sum())


def ctc_score(ctc: np.ndarray, text: tuple[int, ...]) -> float:
    """Log-probability of a text over all its alignments (Graves 2006, forward variables)."""
    labels = np.zeros(2 * len(text) + 1, np.int64)
    labels[1::2] = text
    skip = np.full(len(labels), -np.inf)
    skip[3::2] = np.where(labels[3::2] != labels[1:-2:2], 0.0, -np.inf)
    emitted = ctc[:, labels].astype(np.float64)
    alpha = np.full(len(labels), -np.inf)
    alpha[:2] = emitted[0, :2]
    for row in emitted[1:]:
        one = np.concatenate([[-np.inf], alpha[:-1]])
        two = np.concatenate([[-np.inf, -np.inf], alpha[:-2]]) + skip
        alpha = np.logaddexp(np.logaddexp(alpha, one), two) + row
    return float(np.logaddexp(alpha[-1], alpha[-2]))
