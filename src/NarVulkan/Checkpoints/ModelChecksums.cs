using System.Security.Cryptography;

namespace NarVulkan.Checkpoints;

/// <summary>Compares the files of a model with the checksums that came with them: those of <see cref="ChecksumFile"/> in the model's folder, or beside a file that lies elsewhere.</summary>
internal static class ModelChecksums
{
    private const int BufferBytes = 1 << 20;

    /// <summary>The files that a model is read from: weights with their indexes and shards, and settings.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="generator">Whether the generator's are among them.</param>
    /// <param name="tokenizer">Whether the tokenizer's are.</param>
    /// <exception cref="ModelFileException">A weights file is missing or damaged.</exception>
    public static IReadOnlyList<string> FilesOf(ModelFolder folder, bool generator, bool tokenizer)
    {
        List<string> files = [];
        if (generator && folder.Generator is { } tokens)
        {
            files.AddRange(WithShards(tokens.WeightsPath));
        }
        if (tokenizer && folder.Tokenizer is { } pixels)
        {
            files.AddRange(WithShards(pixels.WeightsPath));
            files.AddRange(pixels.ConfigPath is { } config ? [config] : []);
        }
        return [.. files.Distinct()];
    }

    /// <summary>The files that a text encoder is read from.</summary>
    /// <exception cref="ModelFileException">Its weights file is missing or damaged.</exception>
    public static IReadOnlyList<string> FilesOf(TextDescription text) => [.. WithShards(text.WeightsPath).Append(text.TokenizerPath).Append(text.ConfigPath).Distinct()];

    /// <summary>Reads every file once.</summary>
    /// <param name="directory">The model's folder.</param>
    /// <param name="files">Full paths.</param>
    /// <param name="progress">Told how many bytes are read, and of how many.</param>
    /// <exception cref="ModelFileException">A file has no checksum, or another one.</exception>
    public static void Verify(string directory, IReadOnlyList<string> files, Action<long, long> progress)
    {
        List<(string Path, string Sha256)> expected = [.. files.Select(file => (file, Expected(directory, file)))];
        long total = files.Sum(Length), done = 0;
        foreach ((string path, string sha256) in expected)
        {
            string found = Hash(path, bytes => progress(done += bytes, total));
            if (found != sha256)
            {
                throw new ModelFileException(path, $"has SHA-256 {found}, but {sha256} is expected: it is damaged or another file; fetch it again");
            }
        }
    }

    private static string Expected(string directory, string file)
    {
        string beside = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return ChecksumFile.In(directory).Of(Path.GetRelativePath(directory, file))
            ?? ChecksumFile.In(beside).Of(Path.GetFileName(file))
            ?? throw new ModelFileException(file, $"has no checksum in {Path.Combine(directory, ChecksumFile.Name)}; write one with sha256sum, or leave --verify out");
    }

    private static IEnumerable<string> WithShards(string weights)
    {
        using WeightFile file = WeightFile.Open(weights);
        return [.. file.Files];
    }

    private static long Length(string path)
    {
        using MappedFile file = MappedFile.Open(path);
        return file.Length;
    }

    // Opened as models are, which refuses pipes and devices; and as many bytes as it has then, since one that grows all the time has no end.
    private static string Hash(string path, Action<int> read)
    {
        using MappedFile file = MappedFile.Open(path);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[(int)Math.Min(BufferBytes, file.Length)];
        for (long offset = 0; offset < file.Length;)
        {
            int count = (int)Math.Min(buffer.Length, file.Length - offset);
            file.Read(offset, buffer.AsSpan(0, count));
            hash.AppendData(buffer, 0, count);
            offset += count;
            read(count);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
