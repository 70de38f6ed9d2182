"""A small network over time: each layer sees a few moments of the one below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.lipsync.features import COEFFICIENTS
from training.lipsync.visemes import VISEMES

type Values = NDArray[np.float32]

_OFFSETS: Final = ((-2, -1, 0, 1, 2), (-2, 0, 2), (-4, 0, 2))
"""Moments that each layer sees, in hundredths of a second. The last looks less far ahead: what a slow voice has not
spoken yet cannot be read."""
_WIDTHS: Final = (COEFFICIENTS, 32, 32, len(VISEMES))

BEHIND: Final = -sum(min(offsets) for offsets in _OFFSETS)
AHEAD: Final = sum(max(offsets) for offsets in _OFFSETS)
"""Moments before and after that an output depends on."""


@dataclass(slots=True)
class Layer:
    """Weights of one layer, and what it saw last."""

    offsets: tuple[int, ...]
    weights: Values
    """One row for each input of each offset, one column for each output."""
    biases: Values
    seen: Values
    shape: tuple[int, ...] = ()

    def forward(self, values: Values) -> Values:
        """Return the outputs of a batch of moments in a row; the edges get lost."""
        first, last = -min(self.offsets), max(self.offsets)
        count = values.shape[1] - first - last
        starts = [first + offset for offset in self.offsets]
        near = np.concatenate([values[:, start : start + count] for start in starts], axis=2)
        self.seen, self.shape = near, values.shape
        return np.asarray(near @ self.weights + self.biases)

    def backward(self, slope: Values) -> tuple[Values, Values, Values]:
        """Return the slopes of what was put in, of the weights and of the biases."""
        weights = np.tensordot(self.seen, slope, ((0, 1), (0, 1)))
        near = slope @ self.weights.T
        values = np.zeros(self.shape, np.float32)
        width, count = self.shape[2], slope.shape[1]
        for number, offset in enumerate(self.offsets):
            start = offset - min(self.offsets)
            values[:, start : start + count] += near[:, :, number * width : (number + 1) * width]
        return values, weights, slope.sum((0, 1))


class Network:
    """Layers with nothing negative between them, and probabilities at the end."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.layers = []
        for offsets, (inputs, outputs) in zip(_OFFSETS, pairwise(_WIDTHS), strict=True):
            rows = len(offsets) * inputs
            weights = rng.standard_normal((rows, outputs), np.float32) * np.sqrt(2 / rows)
            biases = np.zeros(outputs, np.float32)
            layer = Layer(offsets, weights.astype(np.float32), biases, np.zeros(0, np.float32))
            self.layers.append(layer)

    @property
    def parameters(self) -> list[Values]:
        """All that is learnt; the arrays themselves."""
        return [values for layer in self.layers for values in (layer.weights, layer.biases)]

    def forward(self, values: Values) -> Values:
        """Return probabilities."""
        for layer in self.layers[:-1]:
            values = np.maximum(layer.forward(values), 0)
        values = self.layers[-1].forward(values)
        shares = np.exp(values - values.max(axis=2, keepdims=True))
        return np.asarray(shares / shares.sum(axis=2, keepdims=True))

    def backward(self, slope: Values) -> Sequence[Values]:
        """Return the slopes of all parameters from that of the last sums."""
        slopes: list[Values] = []
        for number, layer in reversed(list(enumerate(self.layers))):
            below, weights, biases = layer.backward(slope)
            slopes = [weights, biases, *slopes]
            if number:
                before = self.layers[number - 1]
                slope = below * (before.seen @ before.weights + before.biases > 0)
        return slopes
