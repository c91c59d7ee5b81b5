"""What the recogniser is to get right: columns, places and colour, by what is written on a plate
and, in a taught stage, by what a class of networks reads there."""

import torch
import torch.nn.functional as functional

from recognition.network import COLUMNS
from recognition.shapes import BLANK

WRITTEN_SHARE = 0.3
"""In a taught stage: how much what is written counts beside what the class reads."""
_PROVINCE_FROM_STEP, _PROVINCE_WEIGHT = 1_200, 3.0
"""The province is learnt last; weighted from the start, attention does not form at all."""


def losses_of(outputs, said: list[torch.Tensor], step: int) -> dict[str, torch.Tensor]:
    """`outputs` of the network; `said`: the texts and colours of a batch, and the rest of it where it is taught."""
    columns, slots, colour = (part.float() for part in outputs)
    texts, colours, *taught = said
    lessons, dictated = taught or (None, texts)
    return {
        "ctc": ctc_loss(columns, dictated),
        "slots": slots_loss(slots, texts, step, lessons),
        "colour": functional.cross_entropy(colour, colours),
    }


def total_of(losses: dict[str, torch.Tensor]) -> torch.Tensor:
    return losses["ctc"] + 4 * losses["slots"] + 0.5 * losses["colour"]


def ctc_loss(columns: torch.Tensor, texts: torch.Tensor) -> torch.Tensor:
    """Mean over the batch of the negative log-probability of each whole text."""
    lengths = (texts != BLANK).sum(1)
    spelled = torch.log_softmax(columns, -1).transpose(0, 1)
    frames = torch.full((len(texts),), COLUMNS)
    return functional.ctc_loss(spelled, texts, frames, lengths, BLANK, "sum", zero_infinity=True) / len(texts)


def slots_loss(slots: torch.Tensor, texts: torch.Tensor, step: int, lessons: torch.Tensor | None = None) -> torch.Tensor:
    each = functional.cross_entropy(slots.transpose(1, 2), texts, reduction="none")
    if lessons is not None:
        read = functional.cross_entropy(slots.transpose(1, 2), lessons.transpose(1, 2), reduction="none")
        each = WRITTEN_SHARE * each + (1 - WRITTEN_SHARE) * read
    if step > _PROVINCE_FROM_STEP or lessons is not None:
        each = torch.cat([each[:, :1] * _PROVINCE_WEIGHT, each[:, 1:]], 1)
    return each.mean()


def dictated(texts: torch.Tensor, lessons: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Texts as the class spells them, each place drawn by its probabilities; as written in a share.

    CTC takes one text a plate: over the steps it learns from all that the class thinks of.
    """
    drawn = torch.multinomial(lessons.flatten(0, 1), 1, generator=random).view_as(texts)
    gaps_last = torch.argsort((drawn == BLANK).to(torch.uint8), dim=1, stable=True)
    as_written = torch.rand(len(texts), 1, generator=random) < WRITTEN_SHARE
    return torch.where(as_written, texts, drawn.gather(1, gaps_last))
