namespace NarVulkan.Models.Vq;

/// <summary>What a stage of the tokenizer does with its feature map.</summary>
internal enum VqStageKind
{
    Residual,
    Attention,
    Upsample,
    Downsample,
}
