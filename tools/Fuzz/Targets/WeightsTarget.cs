using NarVulkan.Checkpoints;
using NarVulkan.Conversion;
using NarVulkan.Quantization;

namespace NarVulkan.Fuzz.Targets;

/// <summary>Weights files of any format: opened, recognised, read at both ends of every tensor, and written as safetensors into nothing.</summary>
internal abstract class WeightsTarget(string name) : FuzzTarget(name)
{
    private const int PieceElements = 1024;
    private const long MostConverted = 1 << 16;

    private static readonly float[] Floats = new float[PieceElements];
    private static readonly byte[] Bytes = new byte[PieceElements * 8];
    private static readonly sbyte[] Blocks = new sbyte[PieceElements];
    private static readonly Half[] Scales = new Half[PieceElements / Q8Blocks.Length];

    /// <inheritdoc/>
    public override string Read(string path)
    {
        using WeightFile file = WeightFile.Open(path);
        RecognizedModel? model = ModelRecognizer.Recognize(file);
        foreach (WeightTensor tensor in file.Tensors.Values)
        {
            int count = (int)Math.Min(PieceElements, tensor.ElementCount);
            ReadPiece(tensor, 0, count);
            ReadPiece(tensor, tensor.ElementCount - count, count);
        }
        Convert(file);
        return $"{model?.Kind} {file.Tensors.Values.Select(tensor => tensor.Type).Distinct().Count()} types, {file.Hyperparameters.Count} settings";
    }

    private static void ReadPiece(WeightTensor tensor, long first, int count)
    {
        if (tensor.IsQ8 && tensor.ElementCount > 0 && tensor.Shape[1] <= PieceElements)
        {
            tensor.ReadQ8Row(tensor.Shape[0] - 1, Blocks.AsSpan(0, (int)tensor.Shape[1]), Scales);
        }
        tensor.ReadBytes(first, Bytes.AsSpan(0, count * tensor.Type.ByteSize()));
        if (tensor.Type.IsFloat())
        {
            tensor.ReadFloats(first, Floats.AsSpan(0, count));
        }
    }

    private static void Convert(WeightFile file)
    {
        foreach (ConversionPrecision precision in ConversionPrecision.All.Where(precision => precision.Name is "bf16" or "q8"))
        {
            Convert(file, [.. precision.Convert(file)]);
        }
    }

    private static void Convert(WeightFile file, List<StoredTensor> tensors)
    {
        if (tensors.Sum(tensor => (double)tensor.ByteLength) > MostConverted)
        {
            return;
        }
        try
        {
            SafetensorsWriter.Write(Stream.Null, new Dictionary<string, string>(file.Metadata) { [SettingsText.Key] = SettingsText.Write(file.Hyperparameters) }, tensors, _ => { });
        }
        catch (FormatException e)
        {
            // WeightConversion, which writes files, says it like this.
            throw new ModelFileException(file.Path, e.Message, e);
        }
    }
}
