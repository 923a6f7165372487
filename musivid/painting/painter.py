"""The optimisation of latents towards what their pictures should mean (VQGAN-CLIP).

`LatentPainter` holds a batch of independent pictures, each with its own seed, parameter and
optimiser moments. `keyframes.paint_keyframes` is all of it, for many at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from musivid.core.device import autocast as half_precision
from musivid.core.seeds import lots
from musivid.nets.protocols import Painter, Perceptor
from musivid.painting.clamping import clamp_latents, clamp_with_grad
from musivid.painting.cutouts import CutoutMaker
from musivid.painting.layout import channels_last
from musivid.painting.loss import Targets, init_loss, noise_prompt
from musivid.painting.optimisers import load_optimiser_state, make_optimiser, optimiser_state
from musivid.painting.thrift import Thrift
from musivid.settings.video import PaintingPreset

__all__ = ["LatentPainter", "to_frames"]

_HALF_LOSS_SCALE = 1024.0  # keeps small float16 gradients from vanishing
_SPARING_CUTOUTS = 2  # at once, where memory is spared


class LatentPainter:
    """Paints a batch of pictures at once: `start`, then `step` as often as wanted.

    Pictures share nothing but the arithmetic: each has a generator of its own, so its randomness
    does not depend on its neighbours in the batch.
    """

    def __init__(
        self,
        network: Painter,
        perceptor: Perceptor,
        settings: PaintingPreset,
        *,
        seeds: Sequence[int],
        device: torch.device | str = "cpu",
        autocast: torch.dtype | None = None,
        thrift: Thrift | None = None,
    ) -> None:
        """Prepare a painter of `len(seeds)` pictures.

        Args:
            network: latent autoencoder on `device`, its weights without gradients.
            perceptor: space of meanings on `device`, its weights without gradients.
            settings: how to paint.
            seeds: one seed a picture, for cut-outs, augments and noise.
            device: where the networks live.
            autocast: bfloat16 or float16 for the networks' inner products; `settings.exact`
                overrules it with float32.
            thrift: whether memory is spared, from when the device is full on; None: its own.
        """
        self._network = network
        self._perceptor = perceptor
        self._settings = settings
        self._device = torch.device(device)
        self._autocast = None if settings.exact else autocast
        self._thrift = thrift or Thrift()
        self._cut = CutoutMaker(settings, perceptor.image_px)
        self._bounds = network.bounds()
        self._generators = [lots(seed, self._device) for seed in seeds]
        self._latents: list[Tensor] = []
        self._first = torch.empty(0)
        self._steps_done = 0
        self._seen: Tensor | None = None
        self._decoded: Tensor | None = None

    @property
    def latents(self) -> Tensor:
        """The present latents [n, c, h, w], not quantised, without gradient."""
        return torch.cat([latent.detach() for latent in self._latents])

    def start(self, latents: Tensor) -> None:
        """Begin afresh at latents [n, c, h, w]: new optimiser moments, generators as they are.

        Raises:
            ValueError: not one latent a seed.
        """
        if len(latents) != len(self._generators):
            raise ValueError(f"{len(latents)} latents for {len(self._generators)} seeds")
        # One memory layout, whatever the networks prefer: state files and some optimisers need it.
        self._first = latents.detach().float().clone(memory_format=torch.contiguous_format)
        self._latents = [latent[None].clone().requires_grad_() for latent in self._first]
        self._optimiser = make_optimiser(self._settings.optimiser, self._latents, self._settings.lr)
        self._steps_done = 0
        self._seen = self._decoded = None

    def move(self, latents: Tensor) -> None:
        """Put the pictures at other latents [n, c, h, w]; moments and anchor stay."""
        with torch.no_grad():
            for own, new in zip(self._latents, latents, strict=True):
                own.copy_(new[None])
        self._decoded = None

    def step(self, targets: Targets | Tensor, lr_scale: float | Sequence[float] = 1.0) -> Tensor:
        """One optimiser step of every picture; returns their losses [n], before the step.

        Args:
            targets: prompts, or target embeddings [n, dim].
            lr_scale: factor on the step size, one for all or one a picture.
        """
        told = self._targets(targets)
        dice = [generator.get_state() for generator in self._generators]

        def work(sparing: bool) -> tuple[list[Tensor], Tensor, Tensor]:
            if not sparing:
                return self._slopes(told, range(len(self._latents)))
            for generator, state in zip(self._generators, dice, strict=True):
                generator.set_state(state)  # it was drawn from before
            self._network.save_memory(True)
            each = [self._slopes(told, range(n, n + 1)) for n in range(len(self._latents))]
            slopes, losses, pictures = zip(*each, strict=True)
            return (
                [slope for one in slopes for slope in one],
                torch.cat(losses),
                torch.cat(pictures),
            )

        gradients, losses, pictures = self._thrift.run(work)
        self._descend(gradients, lr_scale)
        self._steps_done += 1
        self._seen = pictures
        return losses

    def seen(self) -> NDArray[np.uint8]:
        """Frames uint8 [n, h, w, 3] that the last step looked at, before it moved: at no cost.

        Raises:
            RuntimeError: no step has been done.
        """
        if self._seen is None:
            raise RuntimeError("no step has been done yet")
        return to_frames(self._seen)

    def picture(self) -> NDArray[np.uint8]:
        """Frames uint8 [n, h, w, 3] of the present latents, decoded at most once a step."""
        if self._decoded is None:
            with torch.inference_mode(), half_precision(self._device, self._autocast):
                latents = self._on_codebook(self.latents)
                self._decoded = self._network.decode(channels_last(latents)).float()
        return to_frames(self._decoded)

    def state(self) -> dict[str, Tensor]:
        """All that `step` depends on, as tensors, for a resume that gives the same pictures."""
        tensors = {"latents": self.latents.cpu(), "first": self._first.cpu().clone()}
        tensors["steps_done"] = torch.tensor(self._steps_done)
        for index, generator in enumerate(self._generators):
            tensors[f"generator.{index}"] = generator.get_state()
        own = optimiser_state(self._optimiser)
        return tensors | {f"optimiser.{name}": tensor for name, tensor in own.items()}

    def load_state(self, tensors: dict[str, Tensor]) -> None:
        """Go on exactly where `state` was taken."""
        self.start(tensors["first"].to(self._device))
        self.move(tensors["latents"].to(self._device))
        self._steps_done = int(tensors["steps_done"])
        for index, generator in enumerate(self._generators):
            generator.set_state(tensors[f"generator.{index}"].clone())
        prefix = "optimiser."
        own = {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
        load_optimiser_state(self._optimiser, own)

    def _laid_out(self, values: Tensor) -> Tensor:
        """Values in the memory layout that is fastest with gradients: it pays in half only."""
        return channels_last(values) if self._autocast is not None else values

    def _slopes(self, targets: Targets, own: range) -> tuple[list[Tensor], Tensor, Tensor]:
        """Gradients of some latents, losses [n], and pictures [n, 3, h, w] as they were."""
        latents = self._latents[own.start : own.stop]
        pictures = self._pictures(latents)
        crops, owners = self._crops(pictures, self._generators[own.start : own.stop])
        slopes, losses = self._judge(crops, owners, targets.only(own))
        return self._carried(latents, own, crops, slopes), losses, pictures.detach()

    def _pictures(self, own: Sequence[Tensor]) -> Tensor:
        """Pictures [n, 3, h, w] of latents, in 0..1, with the graph that leads to them."""
        latents = self._on_codebook(torch.cat(list(own)))
        with half_precision(self._device, self._autocast):
            return clamp_with_grad(self._network.decode(self._laid_out(latents)).float())

    def _on_codebook(self, latents: Tensor) -> Tensor:
        """The codebook's nearest entries, or the latents themselves where those may be free."""
        return self._network.quantize(latents) if self._settings.quantise else latents

    def _crops(
        self, pictures: Tensor, generators: Sequence[torch.Generator]
    ) -> tuple[Tensor, Tensor]:
        """Cut-outs of all pictures [n * cutouts, 3, px, px], and each one's picture."""
        pairs = zip(torch.split(pictures, 1), generators, strict=True)
        crops = torch.cat([self._cut(picture, generator) for picture, generator in pairs])
        owners = torch.arange(len(pictures), device=self._device)
        return crops, owners.repeat_interleave(self._settings.cutouts)

    def _judge(self, crops: Tensor, owners: Tensor, targets: Targets) -> tuple[Tensor, Tensor]:
        """Slopes of the loss by cut-out, and losses [n]; as many cut-outs at once as set.

        The perceptor's graph ends here, so its memory is free before the decoder's is walked.
        """
        at_once = self._settings.cutouts_at_once or len(crops)
        if self._thrift.on:
            at_once = min(at_once, _SPARING_CUTOUTS)
        scale = _HALF_LOSS_SCALE if self._autocast is torch.float16 else 1.0
        slopes, losses = [], []
        parts = zip(torch.split(crops, at_once), torch.split(owners, at_once), strict=True)
        for part, owner in parts:
            crop = part.detach().requires_grad_()
            with half_precision(self._device, self._autocast):
                embeddings = self._perceptor.embed_image(self._laid_out(crop))
            loss = targets.losses(embeddings, owner) / self._settings.cutouts
            slopes.append(torch.autograd.grad(loss.sum() * scale, crop)[0] / scale)
            losses.append(loss.detach())
        return torch.cat(slopes), torch.cat(losses).view(-1, self._settings.cutouts).sum(1)

    def _carried(
        self, latents: Sequence[Tensor], own: range, crops: Tensor, slopes: Tensor
    ) -> list[Tensor]:
        """The slopes of cut-outs carried back to the latents."""
        ends, end_slopes = [crops], [slopes]
        if self._settings.init_weight:
            fading = self._steps_done if self._settings.exact else None
            first, weight = self._first[own.start : own.stop], self._settings.init_weight
            ends.append(init_loss(torch.cat(list(latents)), first, weight, fading_step=fading))
            end_slopes.append(torch.ones_like(ends[-1]))
        return [slope.contiguous() for slope in torch.autograd.grad(ends, latents, end_slopes)]

    def _descend(self, gradients: Sequence[Tensor], lr_scale: float | Sequence[float]) -> None:
        """Move the latents down their gradients, and keep them in the codebook's range."""
        for latent, gradient in zip(self._latents, gradients, strict=True):
            latent.grad = gradient
        scales = [lr_scale] * len(gradients) if isinstance(lr_scale, float | int) else lr_scale
        for group, scale in zip(self._optimiser.param_groups, scales, strict=True):
            group["lr"] = self._settings.lr * scale
        self._optimiser.step()
        clamp_latents(self._latents, self._bounds)
        self._decoded = None

    def _targets(self, targets: Targets | Tensor) -> Targets:
        """The given targets, with the settings' noise prompts beside them."""
        if isinstance(targets, Tensor):
            targets = Targets.of(targets.to(self._device))
        noise = [
            noise_prompt(
                seed, self._perceptor.dim, weight=self._settings.noise_weight, device=self._device
            )
            for seed in self._settings.noise_prompts
        ]
        return targets.with_prompts(noise) if noise else targets


def to_frames(pictures: Tensor) -> NDArray[np.uint8]:
    """Frames uint8 [n, h, w, 3] of pictures [n, 3, h, w], nominally 0..1, rounded."""
    levels = pictures.detach().float().mul(255).round_().clamp_(0, 255).to(torch.uint8)
    frames: NDArray[np.uint8] = levels.permute(0, 2, 3, 1).contiguous().cpu().numpy()
    return frames
