using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Sampling;

/// <summary>
/// Tells one model folder from another without reading gigabytes, and the same on every machine that has a copy: a hash over the
/// manifest, the class names, and of each weights file its length and windows spread over it. The first and the last are among them: a
/// safetensors file begins with its directory, and a PyTorch archive ends with one that has the checksum of every tensor.
/// </summary>
internal static class ModelFingerprint
{
    private const int Windows = 64, WindowBytes = 16 << 10;

    /// <exception cref="ModelFileException">A file cannot be read.</exception>
    public static string Of(ModelFolder folder)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string manifest = Path.Combine(folder.Directory, ModelFolder.ManifestName);
        IEnumerable<string?> files =
        [
            File.Exists(manifest) ? manifest : Path.Combine(folder.Directory, HubFolderReader.ConfigName),
            .. WeightsOf(folder.Generator?.WeightsPath), .. WeightsOf(folder.Tokenizer?.WeightsPath), folder.Tokenizer?.ConfigPath,
        ];
        foreach (string file in files.OfType<string>())
        {
            AddFile(hash, file);
        }
        foreach (string name in folder.Classes ?? [])
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name + '\n'));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    // The files that an index names belong to the weights as well.
    private static IEnumerable<string> WeightsOf(string? path)
    {
        if (path is null)
        {
            return [];
        }
        return Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase)
            ? ShardedIndexReader.Read(path).Values.Distinct().Order(StringComparer.Ordinal).Prepend(path)
            : [path];
    }

    private static void AddFile(IncrementalHash hash, string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            Span<byte> length = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(length, stream.Length);
            hash.AppendData(length);
            byte[] window = new byte[WindowBytes];
            bool whole = stream.Length <= (long)Windows * WindowBytes;
            for (int i = 0; i < Windows; i++)
            {
                stream.Position = whole ? (long)i * WindowBytes : (long)((stream.Length - WindowBytes) * (Int128)i / (Windows - 1));
                int read = stream.ReadAtLeast(window, WindowBytes, throwOnEndOfStream: false);
                hash.AppendData(window.AsSpan(0, read));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(path, $"cannot be read ({e.Message})", e);
        }
    }
}
