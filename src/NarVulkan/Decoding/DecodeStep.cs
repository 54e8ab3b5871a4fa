namespace NarVulkan.Decoding;

/// <summary>
/// One model call as data: what is fed, what it may attend to, and what is sampled from it.
/// Everything in which generators differ from one another is here, so that one recorder serves all of them.
/// </summary>
/// <remarks>
/// The KV cache is laid out in order of generation: a step appends its rows at <see cref="FirstSlot"/> and attends to
/// the prefix <c>[0, VisibleKeys)</c> without the span <c>[HiddenBegin, HiddenEnd)</c>. No mask over tokens is ever stored; what
/// padding of a text hides is a matter of the request.
/// </remarks>
internal sealed record DecodeStep
{
    /// <summary>Number of this step; 0 feeds the condition (prefill).</summary>
    public required int Index { get; init; }

    /// <summary>Rows fed, in the order in which they enter the KV cache.</summary>
    public required IReadOnlyList<FedRow> Fed { get; init; }

    /// <summary>Tokens sampled, in order of generation.</summary>
    public required IReadOnlyList<SampledToken> Sampled { get; init; }

    /// <summary>KV slot of the first fed row.</summary>
    public required int FirstSlot { get; init; }

    /// <summary>Index in order of generation of the first sampled token.</summary>
    public required int FirstSampled { get; init; }

    /// <summary>Length of the visible prefix of the KV cache, in slots.</summary>
    public required int VisibleKeys { get; init; }

    /// <summary>First slot of the prefix that stays invisible; equal to <see cref="HiddenEnd"/> where there is none.</summary>
    public int HiddenBegin { get; init; }

    /// <summary>End of the invisible span.</summary>
    public int HiddenEnd { get; init; }

    /// <summary>
    /// What the guidance interval is compared with: this step mixes conditional and unconditional logits while it is not above
    /// the interval. The originals count differently, so that it is data: see <see cref="GuidedSteps"/>.
    /// </summary>
    public required int GuidanceCount { get; init; }

    /// <summary>Whether fed row i sees slots up to <c>FirstSlot + i</c> only, instead of the whole prefix.</summary>
    public bool Causal { get; init; }
}
