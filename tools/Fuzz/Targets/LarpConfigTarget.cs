using NarVulkan.Checkpoints;
using NarVulkan.Fuzz.Mutation;

namespace NarVulkan.Fuzz.Targets;

/// <summary>The settings of a LARP tokenizer.</summary>
internal sealed class LarpConfigTarget() : FuzzTarget("larp-config")
{
    /// <inheritdoc/>
    public override int BytesPerByte => 1024;

    /// <inheritdoc/>
    public override byte[] Mutate(byte[] input, byte[] other, FuzzRandom random)
        => random.OneIn(6) ? ByteMutator.Mutate(input, random, other) : JsonMutator.Mutate(input, random);

    /// <inheritdoc/>
    public override byte[] Grow(byte[] input, FuzzRandom random, int bytes) => JsonMutator.Grow(input, random, bytes);

    /// <inheritdoc/>
    public override string Read(string path)
    {
        LarpTokenizerConfig config = LarpTokenizerConfig.Read(path);
        return $"{config.Encoder.PatchCount > config.Decoder.PatchCount} {config.L2Normalized}";
    }
}
