"""Kill everything, again and again, and look for what was lost, doubled or left stale."""
