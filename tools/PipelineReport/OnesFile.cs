using NarVulkan.Checkpoints;

namespace PipelineReport;

/// <summary>Weights that lie in no file, all of them one: nothing is computed with them, and they cost nothing to make.</summary>
internal static class OnesFile
{
    private const string Name = "ones";

    public static WeightFile Of(IEnumerable<WeightTensor> tensors)
    {
        var contents = new WeightFileContents(PlainValues.Empty);
        foreach (var tensor in tensors)
        {
            contents.Add(tensor, Name);
        }
        return WeightFile.Of(Name, contents);
    }

    public static WeightTensor Tensor(string name, params ReadOnlySpan<long> sizes) => new RandomTensor(Name, new RandomTensorShape(name, [.. sizes], Deviation: null), seed: 0);

    public static IEnumerable<WeightTensor> LikeThoseOf(WeightFile file) => file.Tensors.Values.Select(tensor => Tensor(tensor.Name, tensor.Shape.AsSpan()));
}
