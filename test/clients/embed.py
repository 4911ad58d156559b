"""Stands for a model: turns a JSON list of texts on stdin into a vector for each."""

import json
import sys

print(json.dumps([[float(len(text)), 0.0, 0.0, 1.0] for text in json.load(sys.stdin)]))
