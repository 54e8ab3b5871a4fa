using NarVulkan.Fuzz.Mutation;

namespace NarVulkan.Fuzz.Targets;

/// <summary>Tokenizers as JSON.</summary>
internal sealed class TokenizerJsonTarget() : TokenizerTarget("tokenizer-json", "tokenizer.json")
{
    /// <inheritdoc/>
    public override byte[] Mutate(byte[] input, byte[] other, FuzzRandom random)
        => random.OneIn(6) ? ByteMutator.Mutate(input, random, other) : JsonMutator.Mutate(input, random);

    /// <inheritdoc/>
    public override byte[] Grow(byte[] input, FuzzRandom random, int bytes) => JsonMutator.Grow(input, random, bytes);
}
