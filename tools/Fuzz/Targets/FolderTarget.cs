using System.Collections.Immutable;
using NarVulkan.Checkpoints;
using NarVulkan.Fuzz.Mutation;

namespace NarVulkan.Fuzz.Targets;

/// <summary>Model folders: <c>narvk.json</c>, or the <c>config.json</c> of a hub folder, beside good weights.</summary>
/// <param name="name">Of the target.</param>
/// <param name="fileName">Which of the two is the input.</param>
/// <param name="architecture">What the weights are.</param>
internal sealed class FolderTarget(string name, string fileName, Architecture architecture) : FuzzTarget(name)
{
    /// <inheritdoc/>
    public override string FileName => fileName;

    /// <inheritdoc/>
    public override int BytesPerByte => 1024;

    /// <inheritdoc/>
    public override void Prepare(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "classes.txt"), "one\ntwo\n");
        GeneratorDescription description = new(architecture, "", 2, architecture.IsVideo() ? [2, 2, 2] : [2, 2], 1, 1, 2);
        IEnumerable<StoredTensor> tensors = GeneratorTensors.Of(description, 8, 1, 8, 8, 2, 8)
            .Select(tensor => new Zeros(tensor.Name, [.. tensor.Sizes], tensor.Sizes.Aggregate(1L, (count, size) => count * size)));
        using FileStream stream = File.Create(Path.Combine(folder, "model.safetensors"));
        SafetensorsWriter.Write(stream, new Dictionary<string, string>(), tensors, _ => { });
    }

    /// <inheritdoc/>
    public override byte[] Mutate(byte[] input, byte[] other, FuzzRandom random)
        => random.OneIn(6) ? ByteMutator.Mutate(input, random, other) : JsonMutator.Mutate(input, random);

    /// <inheritdoc/>
    public override byte[] Grow(byte[] input, FuzzRandom random, int bytes) => JsonMutator.Grow(input, random, bytes);

    /// <inheritdoc/>
    public override string Read(string path)
    {
        ModelFolder folder = ModelFolder.Open(Path.GetDirectoryName(path)!);
        return $"{folder.Generator?.Architecture} {folder.Generator?.Grid.Count} {folder.Tokenizer?.Kind} {folder.Text is null} {folder.Classes is null}";
    }

    private sealed class Zeros(string name, ImmutableArray<long> shape, long count) : StoredTensor(name, WeightType.F32, shape, count)
    {
        public override void Write(ValueChunks.ChunkWriter write) => write(new byte[ByteLength]);
    }
}
