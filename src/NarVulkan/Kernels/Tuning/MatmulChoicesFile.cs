using System.Security.Cryptography;
using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Vulkan;

namespace NarVulkan.Kernels.Tuning;

/// <summary>
/// Tuned choices on disk, beside the pipeline cache and named as it: by vendor, device and driver. Read as hostile: whatever it
/// says, only forms that are candidates on this device come out of it. Nothing that goes wrong here stops a run.
/// </summary>
internal sealed class MatmulChoicesFile
{
    private const int FormatVersion = 2;
    private const int MostBytes = 4 << 20;
    private const string VersionName = "version";
    private const string KernelsName = "kernels";
    private const string ChoicesName = "choices";

    private readonly Lazy<string> _kernels;

    /// <param name="path">The file, or null for none.</param>
    /// <param name="kernels">
    /// Gives the hash of the shaders that were timed: choices among others say nothing. Asked once, and only where there is a file to
    /// compare it with or one to write: most loads have neither, and it reads every variant of the product.
    /// </param>
    public MatmulChoicesFile(string? path, Func<string> kernels)
    {
        Path = path;
        _kernels = new Lazy<string>(kernels);
    }

    public string? Path { get; }

    /// <summary>What kept the file from being read or written, in one line; null when nothing did.</summary>
    public string? Problem { get; private set; }

    /// <summary>The file of an opened device; without a pipeline cache there is none.</summary>
    public static MatmulChoicesFile For(VulkanDevice device) => new(
        device.Pipelines.CachePath is { } cache
            ? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(cache)!, System.IO.Path.GetFileNameWithoutExtension(cache).Replace("pipelines-", "products-", StringComparison.Ordinal) + ".json")
            : null,
        () => KernelHash(device));

    /// <summary>What was saved for these kernels, as far as it names candidates; empty where the file is missing, damaged, or of others.</summary>
    public MatmulChoices Load(DeviceProfile profile, MatmulTiling tiling)
    {
        if (Path is null)
        {
            return MatmulChoices.None;
        }

        try
        {
            if (CacheFile.Read(Path, MostBytes) is not { } bytes)
            {
                return MatmulChoices.None;
            }

            using var document = JsonDocument.Parse(bytes);
            var content = document.RootElement;
            if (content.GetProperty(VersionName).GetInt32() != FormatVersion || content.GetProperty(KernelsName).GetString() != _kernels.Value)
            {
                // Of another version of the program: to be replaced, and no cause for complaint.
                return MatmulChoices.None;
            }

            var known = MatmulCandidates.All(profile, tiling).ToDictionary(tile => tile.ToString());
            var ofIntegers = MatmulCandidates.All(profile, MatmulTiling.GpuInteger).ToDictionary(tile => tile.ToString());
            return new MatmulChoices(content.GetProperty(ChoicesName).EnumerateArray().SelectMany(entry => Choice(entry, known, ofIntegers)));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IOException or UnauthorizedAccessException)
        {
            Problem = $"tuned products in {Path} could not be read and were ignored: {e.Message}";
            return MatmulChoices.None;
        }
    }

    /// <summary>Replaces the file in one move, so that a reader sees the old or the new one, never a part.</summary>
    /// <returns>False when it could not be written; <see cref="Problem"/> says why.</returns>
    public bool Save(MatmulChoices choices)
    {
        if (Path is null)
        {
            return false;
        }

        try
        {
            CacheFile.Replace(Path, Write(choices));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = $"tuned products could not be written to {Path}: {e.Message}";
            return false;
        }
    }

    private static string KernelHash(VulkanDevice device)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<uint>(device.Pipelines.Code(MatmulIntegerKernel.Shader)));
        foreach (var precision in Enum.GetValues<WeightPrecision>())
        {
            foreach (var path in Enum.GetValues<MatmulPath>())
            {
                hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<uint>(device.Pipelines.Code(MatmulKernel.Shader(precision, path))));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<MatmulChoice> Choice(JsonElement entry, Dictionary<string, MatmulTile> known, Dictionary<string, MatmulTile> ofIntegers)
    {
        var integer = entry.GetProperty("integer").GetBoolean();
        var rows = entry.GetProperty("rows").GetInt32();
        var pairs = entry.GetProperty("pairs").GetBoolean();
        var name = entry.GetProperty("precision").GetString();
        var precision = Array.FindIndex(Enum.GetNames<WeightPrecision>(), known => known == name);
        if (precision >= 0
            && MatmulShape.RowBuckets.Contains(rows)
            && (integer ? ofIntegers : known).TryGetValue(entry.GetProperty("form").GetString() ?? "", out var tile)
            && !(pairs && tile.Columns % 2 != 0))
        {
            var shape = new MatmulShape(entry.GetProperty("products").GetInt32(), entry.GetProperty("depth").GetInt32(), Enum.GetValues<WeightPrecision>()[precision], pairs, integer);
            yield return new MatmulChoice(shape, rows, tile, entry.GetProperty("microseconds").GetDouble());
        }
    }

    private byte[] Write(MatmulChoices choices)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber(VersionName, FormatVersion);
            json.WriteString(KernelsName, _kernels.Value);
            json.WriteStartArray(ChoicesName);
            foreach (var (shape, rows, tile, microseconds) in Ordered(choices))
            {
                json.WriteStartObject();
                json.WriteNumber("products", shape.Products);
                json.WriteNumber("depth", shape.Depth);
                json.WriteString("precision", shape.Precision.ToString());
                json.WriteBoolean("pairs", shape.Pairs);
                json.WriteBoolean("integer", shape.Integer);
                json.WriteNumber("rows", rows);
                json.WriteString("form", tile.ToString());
                json.WriteNumber("microseconds", Math.Round(microseconds, 3));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static IEnumerable<MatmulChoice> Ordered(MatmulChoices choices) => choices.All
        .OrderBy(choice => choice.Shape.Products).ThenBy(choice => choice.Shape.Depth).ThenBy(choice => choice.Shape.Precision)
        .ThenBy(choice => choice.Shape.Pairs).ThenBy(choice => choice.Shape.Integer).ThenBy(choice => choice.Rows);
}
