"""The tree keeps the rules of the house."""

import sys
from pathlib import Path

import house

found = house.violations(house.read_tree(Path(__file__).resolve().parents[2]))
print("\n".join(found))
sys.exit(1 if found else 0)
