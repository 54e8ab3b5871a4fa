using NarVulkan.Fuzz.Mutation;

namespace NarVulkan.Fuzz.Targets;

/// <summary>Indexes of sharded weights, over one shard of safetensors and one of PyTorch's.</summary>
internal sealed class IndexTarget() : WeightsTarget("index")
{
    /// <inheritdoc/>
    public override string FileName => "model.safetensors.index.json";

    /// <inheritdoc/>
    public override int BytesPerByte => 1024;

    /// <inheritdoc/>
    public override void Prepare(string folder)
    {
        File.Copy(Corpus.File("safetensors/small.safetensors"), Path.Combine(folder, "a.safetensors"), overwrite: true);
        File.Copy(Corpus.File("torch-legacy/bare.legacy.pt"), Path.Combine(folder, "b.bin"), overwrite: true);
    }

    /// <inheritdoc/>
    public override byte[] Mutate(byte[] input, byte[] other, FuzzRandom random)
        => random.OneIn(6) ? ByteMutator.Mutate(input, random, other) : JsonMutator.Mutate(input, random);

    /// <inheritdoc/>
    public override byte[] Grow(byte[] input, FuzzRandom random, int bytes) => JsonMutator.Grow(input, random, bytes);
}
