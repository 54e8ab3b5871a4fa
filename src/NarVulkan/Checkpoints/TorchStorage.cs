namespace NarVulkan.Checkpoints;

/// <summary>Where the bytes of a PyTorch storage lie in its file.</summary>
internal readonly record struct TorchStorage(long Start, long Length);
