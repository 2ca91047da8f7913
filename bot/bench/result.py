"""What a benchmark gives: figures with their spread, ratios taken in one run, as text or JSON."""

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, field

from core.frozen import frozen


class Missing(Exception):
    """A peer is not installed; the message says how to install it."""


@frozen
class Spread:
    """Several measurements of one thing: the median with the least and the most."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """The spread of at least one value."""
        return cls(*(_short(v) for v in (statistics.median(values), min(values), max(values))))

    def __str__(self) -> str:
        """`median (least to most)`."""
        return f"{self.median:,g} ({self.least:,g} to {self.most:,g})"


Figure = Spread | float | str
Figures = Mapping[str, Figure]


@frozen
class Result:
    """One benchmark's figures; `goals` says what each ratio or figure is to reach."""

    name: str
    ours: Figures
    peers: Mapping[str, Figures] = field(default_factory=dict)
    ratios: Mapping[str, float] = field(default_factory=dict)
    goals: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """One object on one line."""
        return json.dumps(asdict(self))

    def as_text(self) -> str:
        """For reading."""
        lines = [f"bench {self.name}"]
        for who, figures in {"ours": self.ours, **self.peers}.items():
            lines.append(f"  {who}")
            lines += [f"    {name}: {_said(figure)}" for name, figure in figures.items()]
        lines += [f"  ratio to {name}: {ratio:g}" for name, ratio in self.ratios.items()]
        lines += [f"  goal, {name}: {goal}" for name, goal in self.goals.items()]
        return "\n".join(lines)


def paired(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of ours / theirs, round by round: both had the same machine at that time."""
    return _short(statistics.median(a / b for a, b in zip(ours, theirs, strict=True)))


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _said(figure: Figure) -> str:
    return f"{figure:,g}" if isinstance(figure, float) else str(figure)
