"""Training of the pocket painter: reconstruction first, then a perceptor's eye and an adversary.

python -m musivid.pocket.train_painter --steps 2900
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from musivid.nets.pocket import PocketPainter, load_pocket_perceptor
from musivid.pocket.dataset import PLAIN, Pictures, cache_folder
from musivid.pocket.training import Average, Loop, pixels, ship

__all__ = ["main"]

SETTINGS: dict[str, object] = {"channels": 16, "codes": 2048, "widths": (144, 80, 40), "fine": 4096}
STEPS, LATE = 2900, 400  # in all, and with a fixed encoder
UNSEEN = 10_000_000  # seeds from here on are never trained on


class Adversary(nn.Sequential):
    """Tells painted patches from real ones (patch discriminator, Isola et al. 2017)."""

    def __init__(self) -> None:
        super().__init__(
            nn.Conv2d(3, 32, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(32, 64, 4, 2, 1),
            nn.GroupNorm(8, 64),
            nn.LeakyReLU(0.2),
            nn.Conv2d(64, 128, 4, 2, 1),
            nn.GroupNorm(8, 128),
            nn.LeakyReLU(0.2),
            nn.Conv2d(128, 1, 3, 1, 1),
        )


def slopes(images: Tensor) -> tuple[Tensor, Tensor]:
    """Differences to the right and to the lower neighbour."""
    return images[..., 1:] - images[..., :-1], images[..., 1:, :] - images[..., :-1, :]


@torch.no_grad()
def renew(
    painter: PocketPainter, cells: Tensor, rows: Tensor, counts: Tensor, sums: Tensor
) -> None:
    """Move each codebook entry to the average of its cells; give idle entries a new start."""
    here = torch.bincount(rows, minlength=painter.codes).float()
    counts.mul_(0.98).add_(here, alpha=0.02)
    sums.mul_(0.98).index_add_(0, rows, cells, alpha=0.02)
    idle = counts < 0.02 * len(cells) / painter.codes
    fresh = cells[torch.randint(len(cells), (int(idle.sum()),))]
    sums[idle], counts[idle] = (
        fresh * 0.3 * len(cells) / painter.codes,
        0.3 * len(cells) / painter.codes,
    )
    painter.codebook.copy_(painter._sphere(sums, 1))


@torch.no_grad()
def second_codebook(painter: PocketPainter, pictures: Pictures, rng: np.random.Generator) -> Tensor:
    """Entries [fine, channels] for what the first codebook leaves over, by k-means."""
    left = []
    for _ in range(24):
        crops = pictures.crops(rng.integers(0, len(pictures.px), 32), 128, rng)
        latents = painter.encode(pixels(crops))
        nearest = F.embedding(painter.indices(latents), painter.codebook)
        left.append((latents.movedim(1, -1) - nearest).flatten(0, 2))
    cells = torch.cat(left)
    entries = cells[torch.randperm(len(cells))[: painter.fine]].clone()
    for _ in range(8):
        half = entries.square().sum(1) / 2
        rows = torch.cat([(part @ entries.T - half).argmax(1) for part in cells.split(16384)])
        counts = torch.bincount(rows, minlength=painter.fine)
        sums = torch.zeros_like(entries).index_add_(0, rows, cells)
        fresh = cells[torch.randint(len(cells), (painter.fine,))]
        entries = torch.where(counts[:, None] > 0, sums / counts[:, None].clamp(min=1), fresh)
    return entries


class Trainer:
    """One step of training at a time."""

    def __init__(self, pictures: Pictures, steps: int, batch: int, out: Path) -> None:
        self.pictures, self.batch, self.out = pictures, batch, out
        eye = out.with_name("perceptor.safetensors")
        self.painter = PocketPainter(**SETTINGS).to(memory_format=torch.channels_last)  # type: ignore[arg-type]
        self.adversary = Adversary().to(memory_format=torch.channels_last)
        self.eye = load_pocket_perceptor(eye).image if eye.exists() else None
        self.paint = torch.optim.AdamW(
            self.painter.parameters(), 1e-3, (0.9, 0.98), weight_decay=0.01
        )
        self.judge = torch.optim.AdamW(self.adversary.parameters(), 4e-4, (0.5, 0.9))
        self.average = Average(self.painter)
        self.memory = nn.ParameterDict(
            {
                "counts": nn.Parameter(torch.ones(self.painter.codes), requires_grad=False),
                "sums": nn.Parameter(self.painter.codebook.clone(), requires_grad=False),
            }
        )
        self.loop = Loop(
            cache_folder() / "painter.pt",
            steps,
            {
                "painter": self.painter,
                "adversary": self.adversary,
                "paint": self.paint,
                "judge": self.judge,
                "average": self.average,
                "memory": self.memory,
            },
            250,
        )
        # Then the latents are fixed, so that the dreamer can learn them, and the eye and the
        # adversary polish the decoder.
        self.late = max(steps - LATE, steps // 2)

    def step(self, step: int, rng: np.random.Generator) -> dict[str, float]:
        """Train on one batch; returns the figures."""
        if step == self.late:
            self._fix_encoder(rng)
        late = step >= self.late
        self.painter.encoder.requires_grad_(not late)
        real = pixels(
            self.pictures.crops(rng.integers(0, len(self.pictures.px), self.batch), 128, rng)
        )
        with torch.autocast("cpu", torch.bfloat16):
            latents = self.painter._sphere(self.painter.encoder(real * 2 - 1).float(), 1)
            # One half is painted from codes and feeds the codebook, the other from free latents.
            half = latents[: self.batch // 2]
            with torch.no_grad():
                rows = self.painter.indices(half)
                nearest = F.embedding(rows, self.painter.codebook).movedim(-1, 1)
            snapped = self.painter.quantize(half) if late else half + (nearest - half).detach()
            painted = self.painter.decode(torch.cat([snapped, latents[self.batch // 2 :]])).float()
        loss, figures = self._likeness(painted, real)
        if late:
            loss = loss + self._late(painted, real)
        else:
            commit = F.mse_loss(half, nearest)
            loss, figures["commit"] = loss + 0.15 * commit, commit.item()
        self.paint.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.painter.parameters(), 1.0)
        for group in self.paint.param_groups:
            group["lr"] = self.loop.rate(1.5e-3)
        self.paint.step()
        if late:
            figures["judge"] = self._teach_adversary(painted.detach(), real)
        else:
            cells = half.movedim(1, -1).reshape(-1, self.painter.channels)
            counts, sums = self.memory["counts"].data, self.memory["sums"].data
            renew(self.painter, cells.detach(), rows.flatten(), counts, sums)
        self.average.update(self.painter, step)
        return figures

    def _fix_encoder(self, rng: np.random.Generator) -> None:
        """Go on from the averages, whose latents stay as they are, with a second codebook."""
        codebook = self.painter.codebook.clone()  # no average: it is one already
        self.painter.load_state_dict(self.average.tensors)
        self.painter.codebook.copy_(codebook)
        self.painter.rest.copy_(second_codebook(self.painter, self.pictures, rng))
        self.average = self.loop.parts["average"] = Average(self.painter, 0.995)

    @staticmethod
    def _likeness(painted: Tensor, real: Tensor) -> tuple[Tensor, dict[str, float]]:
        """How far a painting is from the picture: pixels, edges, structure."""
        from kornia.metrics import ssim

        l1, l2 = F.l1_loss(painted, real), F.mse_loss(painted, real)
        edge = sum(F.l1_loss(a, b) for a, b in zip(slopes(painted), slopes(real), strict=True))
        alike = ssim(painted, real, 11).mean()
        loss = l1 + 2 * l2 + 0.5 * edge + 0.1 * (1 - alike)
        psnr = -10 * float(l2.detach().log10())
        return loss, {"l1": l1.item(), "psnr": psnr, "ssim": alike.item()}

    def _late(self, painted: Tensor, real: Tensor) -> Tensor:
        """What the eye and the adversary say of the painting."""
        loss = torch.zeros(())
        with torch.autocast("cpu", torch.bfloat16):
            if self.eye is not None:
                seen, wanted = self.eye.features(painted), self.eye.features(real)
                for a, b in zip(seen, wanted, strict=True):
                    ours, theirs = F.normalize(a.float(), dim=1), F.normalize(b.float(), dim=1)
                    loss = loss + 0.15 * F.l1_loss(ours, theirs)
            fool = -self.adversary(painted).float().mean()
        return loss + 0.01 * fool

    def _teach_adversary(self, painted: Tensor, real: Tensor) -> float:
        """One step of the adversary, by the hinge loss; returns it."""
        with torch.autocast("cpu", torch.bfloat16):
            shown, true = self.adversary(painted).float(), self.adversary(real).float()
        verdict = F.relu(1 - true).mean() + F.relu(1 + shown).mean()
        self.judge.zero_grad(set_to_none=True)
        verdict.backward()
        self.judge.step()
        return verdict.item()

    def save(self, path: Path) -> None:
        """Write the averaged painter with its card."""
        painter = PocketPainter(**SETTINGS)  # type: ignore[arg-type]
        painter.load_state_dict(self.average.tensors)
        painter.codebook.copy_(self.painter.codebook)
        painter.rest.copy_(self.painter.rest)
        figures = measure(painter.eval(), Pictures(512, UNSEEN))
        print(json.dumps(figures))
        ship(
            painter,
            path,
            SETTINGS,
            data=f"{len(self.pictures.px):,} procedural scenes of musivid.pocket.scenes, 256 px",
            steps=self.loop.steps,
            batch=self.batch,
            hours=round(self.loop.spent_s / 3600, 2),
            seed=7,
            licence="MIT; nothing but this project's own pictures",
            figures=figures,
        )


@torch.inference_mode()
def measure(painter: PocketPainter, pictures: Pictures) -> dict[str, float]:
    """PSNR and SSIM at 128 px on unseen scenes, snapped and free, and the share of codes used."""
    from kornia.metrics import ssim

    used, used_too = torch.zeros(painter.codes), torch.zeros(painter.fine)
    sums = {"psnr": 0.0, "ssim": 0.0, "psnr_free": 0.0, "ssim_free": 0.0}
    parts = np.array_split(np.arange(len(pictures.px)), 16)
    for rows in parts:
        real = pixels(pictures.batch(rows, 128))
        latents = painter.encode(real)
        used[painter.indices(latents).flatten()] = 1
        used_too[painter.rest_indices(latents).flatten()] = 1
        shown, free = (painter.decode(z).clamp(0, 1) for z in (painter.quantize(latents), latents))
        sums["psnr"] += float(
            -10 * ((shown - real) ** 2).mean((1, 2, 3)).clamp(min=1e-6).log10().mean()
        )
        sums["psnr_free"] += float(
            -10 * ((free - real) ** 2).mean((1, 2, 3)).clamp(min=1e-6).log10().mean()
        )
        sums["ssim"] += float(ssim(shown, real, 11).mean())
        sums["ssim_free"] += float(ssim(free, real, 11).mean())
    return {k: round(v / len(parts), 3) for k, v in sums.items()} | {
        "codes_used": round(float(torch.cat([used, used_too]).mean()), 3)
    }


def main(argv: list[str] | None = None) -> None:
    """Train, or go on training, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--count", type=int, default=PLAIN, help="pictures to learn from")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("models/pocket/painter.safetensors"))
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    torch.manual_seed(7)
    trainer = Trainer(Pictures(args.count), args.steps, args.batch, args.out)
    trainer.loop.run(trainer.step)
    trainer.save(args.out)


if __name__ == "__main__":
    main()
