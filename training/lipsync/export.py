"""The card's weights: a whole number each, in steps that the largest of a row allows.

One printable character for each weight: compressed for the way to the browser, that is a third less than base64, which
hides from the compressor that most weights are small.
"""

import base64
import json
from pathlib import Path
import subprocess
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.lipsync.corpus import PRIOR_ROWS, QUIET, Average
from training.lipsync.features import Array
from training.lipsync.network import Layer, Network

_CARD: Final = Path(__file__).parents[2] / "card"
_LARGEST: Final = 40
_ZERO: Final = ord("P")
_FILE: Final = _CARD / "src/lipsync/weights.ts"


def export(network: Network, average: Average) -> None:
    """Write the weights as TypeScript."""
    layers = ",\n".join(_layer(layer) for layer in network.layers)
    _FILE.write_text(
        f"""/** Written by `python -m training.lipsync`, not by hand; see training/lipsync/MODEL_CARD.md. */
import type {{ LayerData }} from './network';

/** Over all voices of the training. `rows`: what this counts for, beside the rows of a voice that were heard. */
export const AVERAGE = {{
  rows: {PRIOR_ROWS},
  mean: {_numbers(average.mean)},
  deviation: {_numbers(average.deviation)},
}};

/** First number of a row without speech. */
export const QUIET = {QUIET:.4f};

export const LAYERS: readonly LayerData[] = [{layers}];
""",
        "utf-8",
    )
    prettier = ["node", "node_modules/prettier/bin/prettier.cjs", "--write", str(_FILE)]
    subprocess.run(prettier, cwd=_CARD, check=True)  # noqa: S603 - the card's own


def _layer(layer: Layer) -> str:
    rows = layer.weights.T
    scales = np.abs(rows).max(1) / _LARGEST
    whole = np.round(rows / scales[:, None]).astype(np.int64)
    characters = "".join(chr(_ZERO + number) for number in whole.ravel().tolist())
    return f"""{{
  inputs: {rows.shape[1] // len(layer.offsets)},
  outputs: {len(rows)},
  offsets: {list(layer.offsets)},
  weights: {json.dumps(characters)},
  scales: {_floats(scales)},
  biases: {_floats(layer.biases)},
}}"""


def _floats(values: NDArray[np.floating]) -> str:
    return f"'{base64.b64encode(values.astype('<f4').tobytes()).decode()}'"


def _numbers(values: Array) -> str:
    return f"[{', '.join(f'{value:.4g}' for value in values)}]"
