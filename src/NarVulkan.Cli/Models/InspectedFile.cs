using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Models;

/// <summary>What one weights file holds; independent of the file once read.</summary>
/// <param name="Name">How to call the file.</param>
/// <param name="Bytes">Its size (of an index: its own).</param>
/// <param name="Model">What the tensors are; null where it is nothing known.</param>
/// <param name="Tensors">All tensors in the order of their names.</param>
/// <param name="ForeignNames">What a pickle names though nothing in a checkpoint needs it: <see cref="WeightFile.ForeignNames"/>.</param>
internal sealed record InspectedFile(string Name, long Bytes, RecognizedModel? Model, IReadOnlyList<InspectedTensor> Tensors, IReadOnlyList<string> ForeignNames)
{
    public long Elements => Tensors.Sum(tensor => tensor.Elements);

    /// <exception cref="ModelFileException">The file is missing or damaged.</exception>
    public static InspectedFile Read(string path, string name)
    {
        using WeightFile file = WeightFile.Open(path);
        List<InspectedTensor> tensors = file.Tensors.Values
            .Select(tensor => new InspectedTensor(tensor.Name, tensor.IsQ8 ? "Q8" : tensor.Type.ToString(), [.. tensor.Shape], tensor.ElementCount))
            .OrderBy(tensor => tensor.Name, NaturalOrder.Instance)
            .ToList();
        return new InspectedFile(name, new FileInfo(path).Length, ModelRecognizer.Recognize(file), tensors, file.ForeignNames);
    }
}
