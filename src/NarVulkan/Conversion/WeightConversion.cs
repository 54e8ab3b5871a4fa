using NarVulkan.Checkpoints;

namespace NarVulkan.Conversion;

/// <summary>
/// Any weights file to safetensors. Tensors are read, rounded and written a piece at a time, so that a few megabytes do for files of any
/// size; the target appears whole or not at all.
/// </summary>
internal static class WeightConversion
{
    public const string ModelKey = "narvk.model";
    public const string SourceKey = "narvk.source";

    /// <param name="source">What to convert.</param>
    /// <param name="target">The file to write.</param>
    /// <param name="precision">How weights are stored in it.</param>
    /// <param name="progress">Told how many of the target's bytes of data are written, and of how many.</param>
    /// <param name="cancellation">Ends the work; nothing is left then.</param>
    /// <param name="finiteOnly">Refuses values that are not finite numbers; else they are written and told.</param>
    /// <exception cref="ModelFileException">A tensor cannot be converted: a finite value would become infinite, or see <paramref name="finiteOnly"/>.</exception>
    /// <exception cref="InvalidRequestException">The target is the source or one of its parts.</exception>
    /// <exception cref="OutputFileException">The target cannot be written.</exception>
    public static ConversionResult Convert(WeightFile source, string target, ConversionPrecision precision, Action<long, long>? progress, CancellationToken cancellation, bool finiteOnly = false)
    {
        string real = RealPath.Of(target);
        if (source.Files.Any(file => RealPath.Of(file) == real))
        {
            throw new InvalidRequestException($"{target}: is what is to be converted; name another file to write");
        }
        List<StoredTensor> tensors = [.. precision.Convert(source)];
        long total = tensors.Sum(tensor => tensor.ByteLength), done = 0;
        try
        {
            AtomicFile.Write(
                target,
                stream =>
                {
                    SafetensorsWriter.Write(stream, Metadata(source, precision), tensors, bytes =>
                    {
                        cancellation.ThrowIfCancellationRequested();
                        progress?.Invoke(done += bytes, total);
                    });
                    if (finiteOnly && Damaged(tensors) is [var first, ..])
                    {
                        throw new ModelFileException(source.Path, $"{first}; it is damaged, or its training diverged, and nothing was written");
                    }
                },
                DiskSync.Instance);
        }
        catch (FormatException e)
        {
            throw new ModelFileException(source.Path, e.Message, e);
        }
        return new ConversionResult(tensors.Count, total, Damaged(tensors));
    }

    private static List<DamagedTensor> Damaged(IEnumerable<StoredTensor> tensors)
        => [.. tensors.Where(tensor => tensor.NotFinite > 0).Select(tensor => new DamagedTensor(tensor.Name, tensor.NotFinite, tensor.ElementCount))];

    private static Dictionary<string, string> Metadata(WeightFile source, ConversionPrecision precision)
    {
        Dictionary<string, string> metadata = new(source.Metadata, StringComparer.Ordinal)
        {
            // What other programs look for, before they take a file for PyTorch's.
            ["format"] = "pt",
            [SourceKey] = Path.GetFileName(source.Path),
            [Q8Tensors.PrecisionKey] = precision.Name,
        };
        if (ModelRecognizer.Recognize(source) is { } model)
        {
            metadata[ModelKey] = model.PublishedSize is { } size ? $"{model.Kind}, size {size}" : model.Kind;
        }
        if (source.Hyperparameters.Count > 0)
        {
            metadata[SettingsText.Key] = SettingsText.Write(source.Hyperparameters);
        }
        return metadata;
    }
}
