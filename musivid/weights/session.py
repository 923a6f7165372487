"""A Session: device, number format, and the models in use, each loaded once and checked."""

from __future__ import annotations

import functools
import importlib
import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from musivid.core import device as devices
from musivid.core.errors import DeviceError, UsageError, WeightsError
from musivid.core.machine import settle
from musivid.core.progress import Reporter, Silent
from musivid.weights.folders import model_digest
from musivid.weights.missing import MissingModels
from musivid.weights.names import find_model
from musivid.weights.pipelines import pick_variant, variant_of
from musivid.weights.registry import Family, FoundModel
from musivid.weights.room import Room

if TYPE_CHECKING:
    import torch

    from musivid.nets.diffusion.pipelines import DiffusionCoder, Offload
    from musivid.nets.diffusion.quantised import Quantise
    from musivid.nets.protocols import (
        Aligner,
        Captioner,
        Composer,
        Dreamer,
        Judge,
        Painter,
        Perceptor,
        Separator,
        Transcriber,
    )  # fmt: skip

__all__ = ["LateSession", "Session", "Wanted"]

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a session is asked to be like, as `Session` has it."""

    device: str = "auto"
    dtype: str = "auto"
    offline: bool = False
    threads: int | None = None

    def open(self, reporter: Reporter | None = None) -> Session:
        """A session like that."""
        return Session(self.device, self.dtype, self.offline, reporter, threads=self.threads)


class LateSession:
    """What opens a session when it is first asked for, and knows what it will be like.

    Opening one imports torch, which takes seconds and some hundred megabytes.
    """

    def __init__(self, wanted: Wanted, reporter: Reporter | None = None) -> None:
        """Remember what is wanted, and who is told which model is loaded."""
        self.wanted = wanted
        self.offline = wanted.offline
        self._reporter = reporter

    def __call__(self) -> Session:
        """The session, always the same one."""
        return self._session

    @functools.cached_property
    def _session(self) -> Session:
        return self.wanted.open(self._reporter)


class Session:
    """Device, format, threads and the models in use; each is loaded once, checked and frozen."""

    def __init__(
        self,
        device: str = "auto",
        dtype: str = "auto",
        offline: bool = False,
        reporter: Reporter | None = None,
        *,
        threads: int | None = None,
    ) -> None:
        """Choose device and number format at once; models are loaded when first asked for.

        Args:
            device: auto, cpu, cuda, cuda:1, mps.
            dtype: auto, float32, bfloat16, float16: what networks compute in.
            offline: keep libraries from the network as well.
            reporter: told which model is being loaded.
            threads: in which networks compute on a CPU, whatever the environment says; frames
                depend on it. None: as everywhere.

        Raises:
            DeviceError: this machine has no such device.
            UsageError: no such number format.
        """
        settle()
        if offline:
            os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")
        self.device = devices.choose_device(device)
        self.dtype = devices.choose_dtype(self.device, dtype)
        self.is_auto_dtype = dtype == "auto"
        self.threads = threads or devices.THREADS
        devices.compute_in(self.threads)
        self.offline = offline
        self._reporter = reporter or Silent()
        self._loaded: dict[tuple[object, ...], tuple[str, Any]] = {}
        self._hashes: dict[str, str] = {}

    def autocast(self) -> torch.autocast:
        """A context in which networks compute in `dtype`; weights stay in float32."""
        return devices.autocast(self.device, self.dtype)

    def painter(self, name: str) -> Painter:
        """The painter of that name or path.

        Raises:
            UsageError: unknown name. WeightsError: the file is missing or cannot be used.
        """
        return cast("Painter", self._network("painter", name))

    def perceptor(self, name: str, listener: str | None = None) -> Perceptor:
        """The perceptor of that name or path, with a listener's ears where it has none.

        Raises:
            UsageError: unknown name. WeightsError: a file is missing or cannot be used.
        """
        return cast("Perceptor", self._network("perceptor", name, listener))

    def judge(self, name: str) -> Judge:
        """The judge of sounds and words of that name, folder or hub id.

        Raises:
            UsageError: unknown name. WeightsError: the folder is missing or cannot be used.
        """
        return cast("Judge", self._network("judge", name))

    def dreamer(self, name: str) -> Dreamer:
        """The dreamer of that name or path.

        Raises:
            UsageError: unknown name. WeightsError: the file is missing or cannot be used.
        """
        return cast("Dreamer", self._network("dreamer", name))

    def composer(self, name: str) -> Composer:
        """The composer of that name or path.

        Raises:
            UsageError: unknown name. WeightsError: the file is missing or cannot be used.
        """
        return cast("Composer", self._network("composer", name))

    def captioner(self, name: str) -> Captioner:
        """The network behind a captioner of that name or path.

        Raises:
            UsageError: unknown name. WeightsError: the file is missing or cannot be used.
        """
        return cast("Captioner", self._network("captioner", name))

    def aligner(self, name: str) -> Aligner:
        """The aligner of that name, folder or hub id.

        Raises:
            UsageError: unknown name. WeightsError: the folder is missing or cannot be used.
        """
        return cast("Aligner", self._network("aligner", name))

    def transcriber(self, name: str) -> Transcriber:
        """The transcriber of that name, folder or hub id.

        Raises:
            UsageError: unknown name. WeightsError: the folder is missing or cannot be used.
        """
        return cast("Transcriber", self._network("transcriber", name))

    def separator(self, name: str) -> Separator:
        """The separator of that name or path.

        Raises:
            UsageError: unknown name. WeightsError: the file is missing or cannot be used.
        """
        return cast("Separator", self._network("separator", name))

    def pipeline(
        self,
        place: Path | str,
        *,
        loader: str = "DiffusionPipeline",
        offload: Offload = "none",
        quantise: Quantise = "none",
    ) -> Any:
        """A published pipeline of diffusers, with its weights in `pipeline_dtype`.

        Args:
            place: from `pipelines.find_pipeline`: folder, or name or hub id that may be fetched.
            loader: the class of diffusers that loads it.
            offload: keep networks in main memory, on the device only while each works; none: only
                where the device has no room for all of them.
            quantise: how its text encoders are kept.

        Raises:
            WeightsError: it cannot be fetched or loaded.
        """

        def make() -> Any:
            from musivid.nets.diffusion.pipelines import load_pipeline

            dtype, device = self.pipeline_dtype, self.device
            folder = self.folder(place)
            room = Room(device, dtype, self._reporter, self.release, quantise)
            return load_pipeline(
                folder,
                device=device,
                dtype=dtype,
                offload=room.offload(folder, offload, list(self.sizes())),
                kind=loader,
                variant=variant_of(folder, half=dtype.itemsize < 4),
                quantise=quantise,
            )

        return self._once(("pipeline", str(place), loader, offload, quantise), make, str(place))

    def coder(self, place: Path | str, *, clip_range: bool = False) -> DiffusionCoder:
        """The autoencoder of a published pipeline alone, as a painter.

        Args:
            place: as for `pipeline`.
            clip_range: feed it as the published visualiser does.

        Raises:
            WeightsError: the pipeline has none, or it cannot be fetched or loaded.
        """

        def make() -> DiffusionCoder:
            from musivid.nets.diffusion.pipelines import load_coder

            dtype, device = self.pipeline_dtype, self.device
            folder = self.folder(place)
            coder = folder / ("vae" if (folder / "vae").is_dir() else "movq")
            variant = pick_variant(coder, half=dtype.itemsize < 4)
            return load_coder(
                folder, device=device, dtype=dtype, clip_range=clip_range, variant=variant
            )

        return self._once(("coder", str(place), clip_range), make, f"the autoencoder of {place}")

    def folder(self, place: Path | str) -> Path:
        """Where a pipeline is, fetched now if it was only named.

        Raises:
            RunError: the hub cannot be reached. WeightsError: what came is no pipeline.
        """
        if isinstance(place, Path):
            return place
        from musivid.weights.hub import fetch_pipeline

        return fetch_pipeline(place, self._reporter, half=self.pipeline_dtype.itemsize < 4)

    @property
    def pipeline_dtype(self) -> torch.dtype:
        """Of published pipelines' weights: as networks compute, but float16 on a CPU is float32.

        So it is bfloat16 on a CPU with AMX tiles, which halves their memory, and float32 on others.
        """
        import torch

        is_slow = self.device.type == "cpu" and self.dtype == torch.float16
        return torch.float32 if is_slow else self.dtype

    def warn(self, text: str) -> None:
        """Tell who is told which model is loaded what becomes of the work on this device."""
        self._reporter.warn(text)

    def hashes(self) -> dict[str, str]:
        """SHA-256 of the file of each model loaded so far, by the name it was asked for."""
        return dict(self._hashes)

    def sizes(self) -> dict[str, int]:
        """Bytes that the weights of each loaded model and pipeline take, by what it is called."""
        return {called: devices.bytes_of(model) for called, model in self._loaded.values()}

    def release(self) -> None:
        """Let go of all models, so that their memory is free for others; they load again if asked.

        Hashes are kept: what was made with a model is still made with it.
        """
        import torch

        self._loaded.clear()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    def _network(self, family: Family, name: str, listener: str | None = None) -> Any:
        called = name + (f" and {listener}" if listener else "")

        def make() -> Any:
            model = find_model(name, family, offline=self.offline)
            if model.file is None and not model.spec.built_in:
                raise MissingModels([model.spec], offline=self.offline)
            return self._load(model, listener)

        return self._once((family, name, listener), make, called)

    def _once(self, key: tuple[object, ...], make: Callable[[], _Made], called: str) -> _Made:
        """What was made under this key, made now if it is asked for the first time."""
        devices.compute_in(self.threads)  # another session may have computed in others since
        if key not in self._loaded:
            self._loaded[key] = called, self._fitted(make, called)
            self._reporter.note(f"loaded {called}")
        made: _Made = self._loaded[key][1]
        return made

    def _fitted(self, make: Callable[[], _Made], called: str) -> _Made:
        """What is made; where the device's memory is full, after the others have made room."""
        import torch

        try:
            return make()
        except torch.OutOfMemoryError as error:
            held = [f"{name} ({size / 1e6:.0f} MB)" for name, size in self.sizes().items()]
            if not held:
                raise DeviceError(
                    f"{self.device} has no room for {called}",
                    hint="Close other programs there, give --device cpu or a smaller model, or for "
                    "a pipeline models.offload model or sequential.",
                ) from error
        # Only here, where the error no longer holds on to what was half made.
        self._reporter.note(f"no room on {self.device} for {called}: without {', '.join(held)}")
        self.release()
        return self._fitted(make, called)

    def _load(self, model: FoundModel, listener: str | None) -> Any:
        files = [self._noted(model)]
        if listener is not None:
            if model.spec.listener is None:
                raise UsageError(
                    f"perceptor {model.given!r} takes no listener",
                    hint="Set models.listener to null.",
                )
            files.append(self._noted(find_model(listener, "listener", offline=self.offline)))
        network = _call(str(model.spec.loader), [file for file in files if file], model.given)
        if model.spec.family == "painter":
            import torch

            # Convolutions are a third to a half faster with channels last, in bfloat16 above all.
            network.to(memory_format=torch.channels_last)
        return network.to(self.device).eval().requires_grad_(False)

    def _noted(self, model: FoundModel) -> Path | None:
        """The file of a model, whose hash is kept."""
        if model.file is not None:
            self._hashes[model.given] = model_digest(model.file)
        return model.file


def _call(loader: str, files: list[Path], name: str) -> Any:
    """Run a loader that the table names, with its complaints made plain."""
    from safetensors import SafetensorError

    # Only the shipped table names loaders, never a file; and they are all in one room.
    module, function = loader.split(":")
    load = getattr(importlib.import_module(f"musivid.nets.{module}"), function)
    try:
        return load(*files)
    except (
        OSError,
        EOFError,
        ArithmeticError,
        AttributeError,
        IndexError,
        RuntimeError,
        KeyError,
        TypeError,
        ValueError,
        pickle.UnpicklingError,
        SafetensorError,
    ) as error:
        raise WeightsError(
            f"model {name!r} cannot be loaded: {error}",
            hint="The file is damaged, or holds another kind of model.",
            command=f"musivid models verify {name}",
        ) from error
