namespace NarVulkan.Models.Vq;

/// <summary>One stage of the tokenizer: its tensors are under <paramref name="Prefix"/>.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Prefix">Ends in a dot.</param>
/// <param name="In">Channels that it reads.</param>
/// <param name="Out">Channels that it writes.</param>
internal readonly record struct VqStage(VqStageKind Kind, string Prefix, int In, int Out);
