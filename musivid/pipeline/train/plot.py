"""The loss of a training as a picture and as a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from musivid.core.storage import write_atomic
from musivid.pipeline.train.loop import Curve

__all__ = ["plot_curve", "write_curve"]

_INK, _FAINT, _ACCENT = "#1f2430", "#b8c0cc", "#d9480f"
_WIDTH_IN, _HEIGHT_IN, _DPI = 8, 4.5, 110  # inches, and dots in one


def plot_curve(curve: Curve, path: Path) -> None:
    """Write a PNG of the training loss, smoothed over it, and of the loss on songs kept out."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH_IN, _HEIGHT_IN), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    losses = np.array(curve.losses)
    updates = np.arange(1, len(losses) + 1)
    axes.plot(updates, losses, color=_FAINT, lw=0.6, label="each update")
    span = max(len(losses) // 50, 1)
    if len(losses) > span:
        smooth = np.convolve(losses, np.full(span, 1 / span), "valid")
        axes.plot(updates[span - 1 :], smooth, color=_INK, lw=1.4, label=f"mean of {span}")
    if curve.checks:
        axes.plot(
            *zip(*curve.checks, strict=True), "o-", ms=3, color=_ACCENT, label="songs kept out"
        )
    if len(losses) and losses.min() > 0:
        axes.set_yscale("log")
    axes.set(xlabel="updates", ylabel="loss, mean of all fields")
    axes.grid(alpha=0.25)
    axes.legend(loc="upper right", frameon=False)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    write_atomic(path, picture.getvalue())


def write_curve(curve: Curve, path: Path) -> None:
    """Write a CSV table of update, training loss, and loss on songs kept out where it was taken."""
    checks = dict(curve.checks)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["update", "loss", "kept_out"])
    for update, loss in enumerate(curve.losses, 1):
        table.writerow([update, f"{loss:.9g}", f"{checks[update]:.9g}" if update in checks else ""])
    write_atomic(path, text.getvalue())
