"""Build the model that understands what people write, from the utterances. `--check` only compares.

python scripts/train_routing.py [--check]
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openmember.config.settings.development")

from openmember.directory.understanding.training import build, read_utterances

DATA = Path(__file__).parents[1] / "src" / "openmember" / "directory" / "data"
FILE = DATA / "weights.json"


def main() -> int:
    """Write the model, or say whether it is the one its source makes."""
    model = build(read_utterances(DATA / "utterances"))
    made = {
        "made_from": model.made_from,
        "teams": model.teams,
        "bias": model.bias,
        "temperature": model.temperature,
        "sure_from": model.sure_from,
        "weights": {},
    }
    lines = json.dumps(made, ensure_ascii=False)
    rows = ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}:{json.dumps(row)}"
        for name, row in model.weights.items()
    )
    text = lines.replace('"weights": {}', f'"weights": {{\n{rows}\n}}') + "\n"
    if "--check" in sys.argv:
        return int(FILE.read_text(encoding="utf-8") != text)
    FILE.write_text(text, encoding="utf-8")
    print(f"{len(model.weights)} features, temperature {model.temperature}, {len(text)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
