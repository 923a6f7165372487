"""The composers at published size: exactness, tokens per CPU second, and a training step.

Random weights, CPU seconds (user and system), best of several runs; a training step runs in a
process of its own, so that its peak of memory is its own.

Run as: python bench/compound.py [--parts exact decode train] [--threads 1] [--json]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from musivid.nets.compound.files import BMT_SCHEMA, CMT_SCHEMA, CompoundSchema, CompoundTransformer

SCHEMAS = {"cmt": CMT_SCHEMA, "bmt": BMT_SCHEMA}
BARS = {
    "difference": "<= 1e-5", "batch_1": ">= 70", "batch_10": ">= 350", "16_against_1": "<= 2",
    "step_cpu_s": "<= 10", "step_peak_gib": "<= 2.5",
}  # fmt: skip


def main() -> None:
    options = _options()
    torch.set_num_threads(options.threads)
    parts = {"exact": exact, "decode": decode, "train": train_apart}
    found = {part: {name: parts[part](name, options) for name in options.systems}
             for part in options.parts}  # fmt: skip
    if options.child:
        print(json.dumps(train(options.systems[0], options)))
    elif options.json:
        print(json.dumps({"bars": BARS, **found}, indent=1))
    else:
        report(found)


def exact(system: str, options: argparse.Namespace) -> dict[str, float]:
    """Largest difference of hidden states between steps and the whole."""
    model, tokens = build(SCHEMAS[system]), draw_tokens(SCHEMAS[system], 1, options.words)
    with torch.inference_mode():
        whole = model.encode(tokens)
        state = model.start()
        steps = torch.stack([model.step(token, state)[0] for token in tokens.unbind(1)], 1)
    return {"words": options.words, "difference": (steps - whole).abs().max().item()}


def decode(system: str, options: argparse.Namespace) -> dict[str, float]:
    """Tokens per CPU second, all heads included, in float32 and bfloat16."""
    model = build(SCHEMAS[system])
    found: dict[str, float] = {}
    for batch in (1, 10):
        found[f"float32 batch_{batch}"] = batch / step_s(model, batch, options)
    found["float32 batch_1 after 1000 tokens"] = 1 / step_s(model, 1, options, before=1000)
    model.bfloat16()
    for batch in (1, 10, 16):
        found[f"bfloat16 batch_{batch}"] = batch / step_s(model, batch, options)
    found["bfloat16 16_against_1"] = 16 * found["bfloat16 batch_1"] / found["bfloat16 batch_16"]
    return found


def step_s(model: CompoundTransformer, batch: int, options: argparse.Namespace, before=0) -> float:
    """CPU seconds of one step and all logits."""
    tokens = draw_tokens(model.schema, batch, 8)
    state = model.start(batch=batch)

    def steps(count: int) -> None:
        with torch.inference_mode():
            for index in range(count):
                hidden, _ = model.step(tokens[:, index % 8], state)
                model.field_logits(hidden, model.type_logits(hidden).argmax(-1))

    steps(5 + before)
    return best(lambda: steps(20), options.runs) / 20


def train(system: str, options: argparse.Namespace) -> dict[str, float]:
    """CPU seconds and peak memory of one step: forward, backward, clip and Adam."""
    schema = SCHEMAS[system]
    model = CompoundTransformer(schema).train()
    optimiser = torch.optim.AdamW(model.parameters(), 1e-4)
    tokens = draw_tokens(schema, 1, options.tokens + 1)

    def step() -> None:
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=options.child == "bfloat16"):
            types = tokens[:, 1:, schema.column("type")]
            logits = model(tokens[:, :-1], None, types)
            losses = [
                F.cross_entropy(part.flatten(0, 1).float(), tokens[0, 1:, schema.column(name)])
                for name, part in logits.items()
            ]
        (sum(losses) / len(losses)).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 3.0)
        optimiser.step()

    step()
    seconds = best(step, max(options.runs // 2, 1))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"tokens": options.tokens, "step_cpu_s": seconds, "step_peak_gib": peak}


def train_apart(system: str, options: argparse.Namespace) -> dict[str, Any]:
    """`train` in both precisions, each in a process of its own."""
    found = {}
    for dtype in ("float32", "bfloat16"):
        command = [sys.executable, __file__, "--parts", "--child", dtype, "--systems", system]
        command += [f"--{n}={getattr(options, n)}" for n in ("threads", "tokens", "runs")]
        found[dtype] = json.loads(subprocess.run(command, check=True, stdout=-1).stdout)
    return found


def best(run: Callable[[], object], runs: int) -> float:
    """Least CPU seconds of several runs."""
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds)


def build(schema: CompoundSchema) -> CompoundTransformer:
    torch.manual_seed(0)
    return CompoundTransformer(schema).eval().requires_grad_(False)


def draw_tokens(schema: CompoundSchema, batch: int, length: int) -> torch.Tensor:
    lots = torch.Generator().manual_seed(1)
    columns = [torch.randint(f.classes, (batch, length), generator=lots) for f in schema.fields]
    return torch.stack(columns, -1)


def report(found: dict[str, Any]) -> None:
    for part, systems in found.items():
        for system, figures in systems.items():
            flat = {
                f"{key} {inner}" if isinstance(value, dict) else key: number
                for key, value in figures.items()
                for inner, number in (value.items() if isinstance(value, dict) else [("", value)])
            }
            for name, number in flat.items():
                bar = next((bar for end, bar in BARS.items() if name.endswith(end)), "")
                print(f"{part:7}{system:5}{name:36}{number:12.4g}  {bar}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="*", default=["exact", "decode", "train"])
    parser.add_argument("--systems", nargs="+", default=list(SCHEMAS), choices=list(SCHEMAS))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--words", type=int, default=500, help="of the comparison")
    parser.add_argument("--tokens", type=int, default=2000, help="of the training step")
    parser.add_argument("--runs", type=int, default=6)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
