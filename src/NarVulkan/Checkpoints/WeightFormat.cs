namespace NarVulkan.Checkpoints;

/// <summary>Formats of weights files.</summary>
internal enum WeightFormat
{
    Safetensors,
    TorchArchive,
    LegacyTorch,
    ShardedIndex,
}
