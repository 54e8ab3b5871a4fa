using System.Text;

namespace NarVulkan.Checkpoints;

/// <summary>
/// The checksums of a folder's files, <c>SHA256SUMS</c>, as <c>sha256sum</c> writes and checks them: 64 hexadecimal digits, a space, a space or an asterisk, and the file's name, a line each.
/// Names are relative to the folder, with slashes.
/// </summary>
internal sealed class ChecksumFile
{
    /// <summary>What it is called.</summary>
    public const string Name = "SHA256SUMS";

    // The largest models have some hundred shards.
    private const int LongestFile = 1 << 20;

    private const int Digits = 64;

    private readonly Dictionary<string, string> sums;

    private ChecksumFile(Dictionary<string, string> sums) => this.sums = sums;

    /// <summary>The folder's checksums; none where there is no such file.</summary>
    /// <exception cref="ModelFileException">The file is damaged.</exception>
    public static ChecksumFile In(string directory)
    {
        string path = Path.Combine(directory, Name);
        if (!File.Exists(path))
        {
            return new ChecksumFile([]);
        }
        using MappedFile file = MappedFile.Open(path);
        if (file.Length > LongestFile)
        {
            throw new ModelFileException(path, $"has {file.Length} bytes, but at most {LongestFile} are supported; is it a list of checksums?");
        }
        return new ChecksumFile(Parse(path, Encoding.UTF8.GetString(file.Slice(0, (int)file.Length))));
    }

    /// <summary>The SHA-256 of a file of the folder, in lower case; null where it is not listed.</summary>
    public string? Of(string name) => sums.GetValueOrDefault(name.Replace('\\', '/'));

    /// <summary>Adds checksums to those that are there, or replaces them.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="added">Names relative to it, and SHA-256 in hexadecimal.</param>
    /// <exception cref="ModelFileException">The file that is there is damaged.</exception>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public static void Add(string directory, IEnumerable<(string Name, string Sha256)> added)
    {
        Dictionary<string, string> all = In(directory).sums;
        foreach ((string name, string sha256) in added)
        {
            all[name.Replace('\\', '/')] = sha256;
        }
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(all.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Value}  {entry.Key}\n")));
        AtomicFile.WriteOwn(Path.Combine(directory, Name), stream => stream.Write(text), DiskSync.Instance);
    }

    private static Dictionary<string, string> Parse(string path, string text)
    {
        Dictionary<string, string> sums = new(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in text.Split('\n').Select(line => line.TrimEnd('\r')))
        {
            number++;
            if (line.Length == 0)
            {
                continue;
            }
            if (line.Length < Digits + 3 || !line.AsSpan(0, Digits).ToString().All(char.IsAsciiHexDigit) || line[Digits] != ' ' || line[Digits + 1] is not (' ' or '*'))
            {
                throw new ModelFileException(path, $"line {number} is no checksum as sha256sum writes it; write the file again with sha256sum");
            }
            string name = line[(Digits + 2)..], sum = line[..Digits].ToLowerInvariant();
            name = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
            if (!sums.TryAdd(name, sum) && sums[name] != sum)
            {
                throw new ModelFileException(path, $"line {number} gives a file a second checksum; write the file again with sha256sum");
            }
        }
        return sums;
    }
}
