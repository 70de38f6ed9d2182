"""Has the voices speak, trains on them and writes the card's weights and their scores."""

import json
from pathlib import Path
import shutil
import subprocess
import sys
from typing import Final

import numpy as np

from training.lipsync.corpus import make
from training.lipsync.export import export
from training.lipsync.train import train
from training.lipsync.voices import PACKAGES, VOICES

_SEED: Final = 0
_TIMES: Final = 2
_CARD: Final = Path(__file__).parents[2] / "card"
_SCORES: Final = Path(__file__).with_name("scores.json")


def main() -> None:
    """Do all of it: some ten minutes."""
    if missing := [name for name in ("festival", "flite", "node") if not shutil.which(name)]:
        sys.exit(f"{', '.join(missing)} missing: apt-get install {' '.join(PACKAGES)} nodejs")
    rng = np.random.default_rng(_SEED)
    # The one voice that is not English reads fewer sentences.
    sentences = [
        (sentence, _TIMES if voice.texts == "english" else 2 * _TIMES)
        for voice in VOICES
        for sentence in voice.read()
    ]
    corpus = make(sentences, rng)
    print(f"{len(sentences)} sentences, {len(corpus.rows)} moments", flush=True)
    network = train(corpus, rng)
    print(f"{sum(values.size for values in network.parameters)} parameters")
    export(network, corpus.average)
    _SCORES.write_text(json.dumps(scores(), indent=2) + "\n", "utf-8")
    print(_SCORES.read_text("utf-8"))


def scores() -> dict[str, float]:
    """Return the marks that the card's own code gets with its new weights."""
    done = subprocess.run(
        ["node", "scripts/lipsync.mjs"],  # noqa: S607 - the one that was found
        cwd=_CARD,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    whole = json.loads(done.stdout)["marks"][0]
    return {name: round(whole[name], 4) for name in ("shapes", "jaw", "lag")}


if __name__ == "__main__":
    main()
