using System.Text.Json;
using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Fetching;

/// <summary>
/// Asks the hub what a repository has, where the catalog does not know what the weights are called. The answer decides what is asked for,
/// never where it is put.
/// </summary>
internal static class HubListing
{
    private const int LongestListing = 4 << 20;
    private const int MostNamed = 6;

    private static readonly string[] WeightsEndings = [".safetensors", ".pt", ".pth", ".bin"];

    /// <summary>The one weights file of a repository.</summary>
    /// <exception cref="ModelFileException">There is none, or it is not clear which one is meant.</exception>
    /// <exception cref="PassingFaultException">The hub does not answer now.</exception>
    public static async Task<RemoteFile> FindWeights(HubClient hub, Uri address, CancellationToken cancellation)
    {
        string where = HubClient.Printable(address);
        using HubAnswer answer = await hub.Get(address, resume: null, cancellation);
        HubStatus.Require(answer, hub);
        using MemoryStream text = new();
        await BodyReader.Copy(answer, hub.Patience, bytes =>
        {
            if (text.Length + bytes.Length > LongestListing)
            {
                throw new ModelFileException(where, $"lists more than {LongestListing} bytes; name the file with --file");
            }
            text.Write(bytes.Span);
        }, cancellation);
        return Choose(where, Read(where, text.ToArray()));
    }

    /// <summary>The weights of a listing: the only such file, or the only one in the format that holds nothing but tensors.</summary>
    /// <exception cref="ModelFileException">There is none, or it is not clear which one is meant.</exception>
    public static RemoteFile Choose(string where, IReadOnlyList<RemoteFile> files)
    {
        List<RemoteFile> weights = files.Where(file => PlainNames.IsPath(file.Path) && WeightsEndings.Any(ending => file.Path.EndsWith(ending, StringComparison.Ordinal))).ToList();
        List<RemoteFile> safe = weights.Where(file => file.Path.EndsWith(WeightsEndings[0], StringComparison.Ordinal)).ToList();
        return weights.Count == 1 ? weights[0]
            : safe.Count == 1 ? safe[0]
            : throw new ModelFileException(where, weights.Count == 0
                ? "the repository has no weights that narvk reads; name another with --repo, or the file with --file"
                : $"the repository has several weights files; name one with --file: {string.Join(", ", weights.Take(MostNamed).Select(file => file.Path))}{(weights.Count > MostNamed ? ", ..." : "")}");
    }

    /// <exception cref="ModelFileException">It is no listing.</exception>
    public static IReadOnlyList<RemoteFile> Read(string where, byte[] text)
    {
        using JsonDocument document = JsonFile.Parse(where, text);
        return document.RootElement.ValueKind == JsonValueKind.Array
            ? [.. document.RootElement.EnumerateArray().Select(entry => new JsonFields(where, entry)).Where(entry => entry.String("type") == "file").Select(ReadFile)]
            : throw new ModelFileException(where, "is no list of a repository's files; name the file with --file");
    }

    private static RemoteFile ReadFile(JsonFields entry) => new(
        entry.RequireString("path"),
        entry.Long("size", 0, FetchableFile.MostWeights),
        Sha256Text.Parse(entry.Object("lfs")?.String("oid")));
}
