"""The original implementations, imported unchanged from checkouts of their repositories, run greedily on the CPU.

What older releases of PyTorch lack of what the originals ask for, and the GPU-only settings they make, is supplied here, so
that the 1.13 of Debian 12 will do; nothing of it changes what is computed.
"""
import contextlib
import importlib
import math
import sys
import types

import torch
import torch.nn.functional as F


def attention(query, key, value, attn_mask=None, is_causal=False, dropout_p=0.0):
    assert not is_causal and dropout_p == 0, "the originals only mask"
    scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
    return torch.softmax(scores.masked_fill(~attn_mask, -math.inf), -1) @ value


def complete_torch():
    """Adds to PyTorch, and to the modules that can be imported, what the originals expect to be there."""
    if not hasattr(F, "scaled_dot_product_attention"):
        F.scaled_dot_product_attention = attention
    torch.backends.cuda.sdp_kernel = lambda **_: contextlib.nullcontext()
    kernels = types.ModuleType("torch.nn.attention")
    kernels.SDPBackend = types.SimpleNamespace(MATH=0)
    kernels.sdpa_kernel = lambda _: contextlib.nullcontext()
    sys.modules["torch.nn.attention"] = kernels
    for name in ("torch._dynamo", "torch._dynamo.config", "torch._inductor", "torch._inductor.config"):
        sys.modules.setdefault(name, types.ModuleType(name))
    torch._dynamo, torch._inductor = sys.modules["torch._dynamo"], sys.modules["torch._inductor"]
    progress = types.ModuleType("tqdm")
    progress.tqdm = lambda steps: steps
    sys.modules["tqdm"] = progress


class TorchOnCpu:
    """PyTorch, but for `with torch.device(...)`, which newer releases have; tensors lie on the CPU anyway."""

    device = staticmethod(contextlib.nullcontext)

    def __getattr__(self, name):
        return getattr(torch, name)


class Original:
    """gpt.py and generate.py of a checkout; `root` is the folder that holds their `autoregressive` and `utils`."""

    def __init__(self, root):
        complete_torch()
        for name in [name for name in sys.modules if name.split(".")[0] in ("autoregressive", "utils")]:
            del sys.modules[name]
        sys.path.insert(0, str(root))
        try:
            self.gpt = importlib.import_module("autoregressive.models.gpt")
            self.sampling = importlib.import_module("autoregressive.models.generate")
        finally:
            sys.path.pop(0)
        self.sampling.torch = TorchOnCpu()
        self.rows = []
        for name in ("sample", "sample_multi"):
            if hasattr(self.sampling, name):
                setattr(self.sampling, name, self.greedy(getattr(self.sampling, name), last_only=hasattr(self.sampling, "sample_multi")))

    def greedy(self, original, last_only):
        """The original function without chance, which also notes the logits of the tokens that it chooses."""

        def chosen(logits, **settings):
            if last_only:
                self.rows.append(logits[:, -settings.get("spe_token_num", 1):].clone())
            else:
                self.rows.append(logits.clone())
            return original(logits, **settings, sample_logits=False)

        return chosen

    def model(self, seed, **sizes):
        """A model of random weights that give logits of about 5, from which greedy choices stand clear of each other."""

        class Model(self.gpt.Transformer):
            def forward(self, idx, cond_idx, input_pos=None, **settings):
                # The originals count positions in int32, which older releases do not take as an index.
                return super().forward(idx, cond_idx, input_pos=input_pos.long(), **settings)

        model = Model(self.gpt.ModelArgs(**sizes)).eval()
        torch.manual_seed(seed)
        for name, weight in model.named_parameters():
            noise = torch.randn_like(weight)
            if "norm" in name:
                weight.data = 1 + 0.2 * noise
            elif "embed" in name:
                weight.data = noise
            else:
                weight.data = noise * ((4 if "output" in name else 1.3) / math.sqrt(weight.shape[1]))
        return model

    def generate(self, model, classes, tokens, scale, interval, **settings):
        """Tokens [B, N] as the original returns them, logits [B, N, V] in order of generation."""
        self.rows.clear()
        result = self.sampling.generate(model, torch.tensor(classes), tokens, cfg_scale=scale, cfg_interval=interval, **settings)
        return result, torch.cat(self.rows, 1)
