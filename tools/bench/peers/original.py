#!/usr/bin/env python3
"""Times the original NAR, imported unchanged from a checkout of its repository, with random weights.

Usage: original.py CHECKOUT [--device cpu|cuda] [--dtype float32|float16|bfloat16] [--threads N]
For every line `MODEL SAMPLES GUIDANCE` on stdin it generates tokens for that many samples and answers with the seconds
that took; MODEL is one of the repository's names, such as llama-abs-S or GPT-B. A case's first run is not counted.

What the repository imports and does not need here, and what older releases of PyTorch lack, is supplied below; nothing of
it changes what is computed. The repository's own drivers want a GPU, torchvision and weights; this one does not.
"""
import argparse
import contextlib
import importlib
import math
import sys
import time
import types
from pathlib import Path

import torch
import torch.nn.functional as F


def attention(query, key, value, attn_mask=None, is_causal=False, dropout_p=0.0):
    """What scaled_dot_product_attention computes, for releases before 2.0."""
    assert not is_causal and dropout_p == 0, "the original only masks"
    scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
    return torch.softmax(scores.masked_fill(~attn_mask, -math.inf), -1) @ value


def supply(name, **members):
    """A module of that name, unless there is one."""
    try:
        importlib.import_module(name)
    except ImportError:
        module = types.ModuleType(name)
        vars(module).update(members)
        sys.modules[name] = module
        parent, _, last = name.rpartition(".")
        if parent in sys.modules:
            setattr(sys.modules[parent], last, module)


def complete_environment():
    for name in ("torch._dynamo", "torch._dynamo.config", "torch._inductor", "torch._inductor.config"):
        supply(name)
    supply("torch.nn.attention", SDPBackend=types.SimpleNamespace(MATH=0), sdpa_kernel=lambda _: contextlib.nullcontext())
    sys.modules["tqdm"] = types.ModuleType("tqdm")
    sys.modules["tqdm"].tqdm = lambda steps: steps  # no bar
    supply("huggingface_hub", PyTorchModelHubMixin=object)
    supply("einops")
    supply("timm")
    supply("timm.models")
    supply("timm.models.vision_transformer", PatchEmbed=object)
    if not hasattr(F, "scaled_dot_product_attention"):
        F.scaled_dot_product_attention = attention


class TorchWithDevices:
    """PyTorch before 2.0, with `with torch.device(...)`; all tensors lie on the CPU there."""

    device = staticmethod(contextlib.nullcontext)

    def __getattr__(self, name):
        return getattr(torch, name)


def old_torch():
    return int(torch.__version__.split(".")[0]) < 2


class Repository:
    def __init__(self, checkout, device, dtype):
        complete_environment()
        self.device, self.dtype = device, dtype
        self.checkout = Path(checkout)
        self.models = {}

    @contextlib.contextmanager
    def importing_from(self, folder):
        """Images and videos are separate programs with packages of the same names."""
        root = str(self.checkout / folder)
        sys.path.insert(0, root)
        try:
            yield Path(root)
        finally:
            sys.path.remove(root)
            for name in [name for name in sys.modules if name.split(".")[0] in ("autoregressive", "utils", "models", "ar")]:
                del sys.modules[name]

    def images(self):
        with self.importing_from("NAR-images"):
            return importlib.import_module("autoregressive.models.gpt"), importlib.import_module("autoregressive.models.generate")

    def videos(self):
        with self.importing_from("NAR-videos") as root:
            # The package's own __init__ also imports the tokenizer and its losses.
            package = types.ModuleType("models")
            package.__path__ = [str(root / "models")]
            package.models = {}
            sys.modules["models"] = package
            return importlib.import_module("models.larp_ar"), importlib.import_module("ar.generate")

    def model(self, name):
        if name not in self.models:
            self.models[name] = self.load(name)
        return self.models[name]

    def load(self, name):
        image = name.startswith("GPT-")
        module, sampling = self.images() if image else self.videos()
        if old_torch():
            sampling.torch = TorchWithDevices()
        build = module.GPT_models[name] if image else module.larp_ar_models[name]
        base = module.Transformer if image else module.LARP_AR
        forward = base.forward
        if not getattr(forward, "indexed_by_int64", False):

            def with_int64(model, idx, cond_idx, input_pos=None, **settings):
                # The original counts positions in int32, which older releases do not take as an index.
                return forward(model, idx, cond_idx, input_pos=input_pos.long(), **settings)

            with_int64.indexed_by_int64 = True
            base.forward = with_int64
        torch.manual_seed(1)
        with contextlib.redirect_stdout(sys.stderr):
            model = build(**({"vocab_size": 16384, "block_size": 256, "num_classes": 1000, "cls_token_num": 1} if image else {}))
        for key, weight in model.named_parameters():
            if "output" in key:  # zero as the original starts training: every token alike
                weight.data.normal_(std=4 / math.sqrt(weight.shape[1]))
        model = model.to(device=self.device, dtype=self.dtype).eval()
        if not image:
            model.is_sampling = True
        return model, sampling, 256 if image else model.max_seq_length

    def generate(self, name, samples, guidance):
        model, sampling, tokens = self.model(name)
        classes = torch.arange(samples, device=self.device)
        return sampling.generate(model, classes, tokens, cfg_scale=guidance, cfg_interval=-1, temperature=1.0, top_k=0, top_p=1.0, sample_logits=True)

    def seconds(self, name, samples, guidance):
        self.wait()
        start = time.perf_counter()
        tokens = self.generate(name, samples, guidance)
        self.wait()
        elapsed = time.perf_counter() - start
        check(tokens, self.model(name)[0].vocab_size, samples)
        return elapsed

    def wait(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()


def check(tokens, vocabulary, samples):
    """Random weights give plausible draws: in range, and few of them alike."""
    tokens = tokens.long()
    different = len(torch.unique(tokens))
    if tokens.shape[0] != samples or tokens.min() < 0 or tokens.max() >= vocabulary or different < min(tokens.numel(), vocabulary) / 4:
        sys.exit("error the tokens are no plausible draws")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkout")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    device = torch.device(options.device)
    repository = Repository(options.checkout, device, getattr(torch, options.dtype))
    where = torch.cuda.get_device_name(device) if device.type == "cuda" else f"{torch.get_num_threads()} threads"
    print(f"NAR in PyTorch {torch.__version__}, {options.dtype}, {where}", flush=True)
    known = set()
    for line in sys.stdin:
        name, samples, guidance = line.split()
        case = (name, int(samples), float(guidance))
        if case not in known:
            repository.seconds(*case)
            known.add(case)
        print(f"{repository.seconds(*case):.9g}", flush=True)


if __name__ == "__main__":
    with torch.inference_mode():
        main()
