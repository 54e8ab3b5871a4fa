using System.IO.Compression;

namespace NarVulkan.Tests.Bindings;

/// <summary>The public API of the real Silk.NET assemblies, as listed in <c>tests/fixtures/silknet</c>.</summary>
internal sealed class ApiListing
{
    private readonly Dictionary<string, (string Head, HashSet<string> Members)> _types = [];

    public static ApiListing Load()
    {
        using var file = File.OpenRead(TestPaths.Fixture("silknet/api-2.22.0.txt.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var listing = new ApiListing();
        HashSet<string> members = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                members.Add(line.Trim());
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                members = [];
                listing._types[line.Split(' ')[1]] = (line, members);
            }
        }

        return listing;
    }

    /// <summary>The line that opens a type and the lines of its members, or null for an unknown type.</summary>
    public (string Head, HashSet<string> Members)? Find(string fullName) =>
        _types.TryGetValue(fullName, out var type) ? type : null;
}
