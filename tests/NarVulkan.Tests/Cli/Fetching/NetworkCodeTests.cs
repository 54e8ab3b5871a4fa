using System.Text.RegularExpressions;
using Xunit;

namespace NarVulkan.Tests.Cli.Fetching;

/// <summary>No address is contacted unless `narvk fetch` is asked to: nothing but its folder has code for the network, and nothing but its list has an address.</summary>
public sealed partial class NetworkCodeTests
{
    private static readonly string Sources = Path.Combine(TestPaths.RepositoryRoot, "src");

    [Fact]
    public void Network_IsNamedInOneFolderOnly()
    {
        string[] files = [.. Matching(Network())];
        Assert.Contains("NarVulkan.Cli/Fetching/HubClient.cs", files);
        Assert.All(files, file => Assert.StartsWith("NarVulkan.Cli/Fetching/", file));
    }

    [Fact]
    public void Connections_AreOpenedInOneFile() => Assert.Equal(["NarVulkan.Cli/Fetching/HubClient.cs"], Matching(Client()));

    [Fact]
    public void Addresses_InTheProgram_AreExamples() =>
        Assert.Equal([], Matching(Address()).Where(file => File.ReadLines(Path.Combine(Sources, file))
            .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
            .SelectMany(line => Address().Matches(line))
            .Any(match => !match.Groups["host"].Value.EndsWith("example", StringComparison.Ordinal))));

    private static IEnumerable<string> Matching(Regex pattern) =>
        from file in Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Sources, file).Replace('\\', '/')
        where !relative.Split('/').Any(part => part is "bin" or "obj") && !relative.StartsWith("Bindings/", StringComparison.Ordinal)
        where pattern.IsMatch(File.ReadAllText(file))
        orderby relative
        select relative;

    [GeneratedRegex(@"System\.Net\b|\b(HttpClient|TcpClient|UdpClient|WebRequest|Socket|Dns)\b")]
    private static partial Regex Network();

    [GeneratedRegex(@"new (HttpClient|TcpClient|UdpClient|Socket|SocketsHttpHandler|HttpClientHandler)\b")]
    private static partial Regex Client();

    [GeneratedRegex(@"https?://(?<host>[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)")]
    private static partial Regex Address();
}
