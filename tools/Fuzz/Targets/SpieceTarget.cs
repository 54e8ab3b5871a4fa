using NarVulkan.Fuzz.Mutation;

namespace NarVulkan.Fuzz.Targets;

/// <summary>SentencePiece models: fields of their messages, the map of characters among them, or bytes.</summary>
internal sealed class SpieceTarget() : TokenizerTarget("spiece", "spiece.model")
{
    /// <inheritdoc/>
    public override byte[] Mutate(byte[] input, byte[] other, FuzzRandom random)
        => random.OneIn(5) ? ByteMutator.Mutate(input, random, other) : WireMutator.Mutate(input, random);
}
