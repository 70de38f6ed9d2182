"""Learning: Adam, on the names of the mouth shapes and on what they do to the mouth."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.lipsync.corpus import LENGTH, OUTSIDE, Corpus
from training.lipsync.features import COEFFICIENTS
from training.lipsync.network import AHEAD, BEHIND, Network, Values
from training.lipsync.visemes import OPEN, VISEMES, WIDE

_EPOCHS: Final = 16
_BATCH: Final = 32
_RATE: Final = 3e-3
_DECAY: Final = 1e-5
_MOMENTUM: Final = (0.9, 0.999)
_DOUBT: Final = 0.05
"""Share of a label that goes to all shapes: borders between sounds are not sharp."""
_RARITY: Final = 0.3
"""How much more a rare shape counts; 1 would make all count the same."""
_MOUTH_WEIGHT: Final = 3.0
_MASKED: Final = 0.5
"""Share of the batches in which one coefficient tells nothing, so that no voice's habit is relied on."""
_MOUTHS: Final = np.stack([OPEN, WIDE], axis=1).astype(np.float32)
_MOUTH_SHARES: Final = np.array([1, 0.5], np.float32)


def train(corpus: Corpus, rng: np.random.Generator) -> Network:
    """Return a network that has heard all of `corpus`."""
    network = Network(rng)
    loss = Loss(corpus)
    batches = len(corpus.starts) // _BATCH
    adam = Adam(network.parameters, _EPOCHS * batches)
    for epoch in range(_EPOCHS):
        order = rng.permutation(corpus.starts)
        wrong = 0.0
        for batch in range(batches):
            starts = order[batch * _BATCH : (batch + 1) * _BATCH, None]
            rows = corpus.rows[starts + np.arange(LENGTH + BEHIND + AHEAD)]
            if rng.random() < _MASKED:
                rows[:, :, rng.integers(1, COEFFICIENTS)] = 0
            shares = network.forward(rows)
            slope, cost = loss.slope(shares, starts + np.arange(LENGTH))
            adam.step(network.backward(slope))
            wrong += cost
        print(f"epoch {epoch + 1} of {_EPOCHS}: {wrong / batches:.4f}", flush=True)
    return network


class Adam:
    """Steps as long as the slope is sure, shorter and shorter along half a cosine."""

    def __init__(self, parameters: Sequence[Values], steps: int) -> None:
        """Change `parameters` themselves, in so many steps."""
        self._parameters = parameters
        self._steps = steps
        self._step = 0
        self._means = [np.zeros_like(values) for values in parameters]
        self._squares = [np.zeros_like(values) for values in parameters]

    def step(self, slopes: Sequence[Values]) -> None:
        """Go a step down."""
        self._step += 1
        rate = _RATE * 0.5 * (1 + np.cos(np.pi * self._step / self._steps))
        for values, slope, mean, square in zip(
            self._parameters, slopes, self._means, self._squares, strict=True
        ):
            gradient = slope + _DECAY * values
            np.add(mean, (1 - _MOMENTUM[0]) * (gradient - mean), out=mean)
            np.add(square, (1 - _MOMENTUM[1]) * (gradient**2 - square), out=square)
            direction = mean / (1 - _MOMENTUM[0] ** self._step)
            size = np.sqrt(square / (1 - _MOMENTUM[1] ** self._step)) + 1e-8
            np.subtract(values, rate * direction / size, out=values, casting="same_kind")


class Loss:
    """How wrong probabilities are, and in which direction they should go."""

    def __init__(self, corpus: Corpus) -> None:
        """Count how rare each shape is."""
        self._corpus = corpus
        count = len(VISEMES)
        shares = np.bincount(corpus.visemes[corpus.visemes != OUTSIDE], minlength=count) / len(
            corpus.visemes
        )
        weights = (shares + 1e-3) ** -_RARITY
        self._weights = (weights / (weights * shares).sum()).astype(np.float32)
        self._labels = (np.eye(count) * (1 - _DOUBT) + _DOUBT / count).astype(np.float32)

    def slope(self, shares: Values, places: NDArray[np.int64]) -> tuple[Values, float]:
        """Return the slope at the network's last sums, and the cross entropy."""
        visemes = self._corpus.visemes[places]
        counts = visemes != OUTSIDE
        labels = self._labels[visemes]
        weights = self._weights[visemes][..., None]
        slope = (shares - labels) * weights
        missed = (shares @ _MOUTHS - self._corpus.mouths[places]) * _MOUTH_SHARES
        pull = missed @ _MOUTHS.T
        slope += _MOUTH_WEIGHT * shares * (pull - (shares * pull).sum(-1, keepdims=True))
        number = counts.sum()
        cost = -(labels * weights * np.log(shares + 1e-9)).sum(-1)[counts].sum() / number
        return slope * counts[..., None] / number, float(cost)
