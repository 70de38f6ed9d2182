"""How well the mouth follows speech that the network never heard, beside what others do, and what it costs.

The card's own code runs in Node.js, on the sentences of training/lipsync/held_out.json. docs/lipsync.md says what is
measured.
"""

import json
from pathlib import Path
import subprocess
from typing import Any, Final

_CARD: Final = Path(__file__).parents[1] / "card"


def main() -> None:
    """Measure, and print the marks of each method."""
    done = subprocess.run(
        ["node", "scripts/lipsync.mjs"],  # noqa: S607 - the one that scripts/setup found
        cwd=_CARD,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    print(f"{'':<34}{'shapes (7)':>11}{'jaw':>8}{'lag (ms)':>10}")
    for mark in figures["marks"]:
        shapes = "-" if mark["shapes"] is None else f"{mark['shapes']:.3f}"
        print(f"{mark['method']:<34}{shapes:>11}{mark['jaw']:>8.3f}{mark['lag']:>10.0f}")
    speed = figures["speed"]
    print(f"\n{speed['realTime']:.0f} times real time; half a second takes {speed['slice']:.1f} ms")
    print(json.dumps(summary(figures)))


def summary(figures: dict[str, Any]) -> dict[str, object]:
    """Return the figures that have a goal, and those that they are compared with."""
    ours, *others = figures["marks"]
    return {
        "shapes": round(ours["shapes"], 3),
        "jaw": round(ours["jaw"], 3),
        "lag_ms": round(ours["lag"]),
        "real_time": round(figures["speed"]["realTime"]),
        "slice_ms": round(figures["speed"]["slice"], 2),
        "others": {
            other["method"]: {
                "shapes": None if other["shapes"] is None else round(other["shapes"], 3),
                "jaw": round(other["jaw"], 3),
                "lag_ms": round(other["lag"]),
            }
            for other in others
        },
    }


if __name__ == "__main__":
    main()
