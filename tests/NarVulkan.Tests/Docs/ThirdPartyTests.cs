using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace NarVulkan.Tests.Docs;

/// <summary><c>THIRD-PARTY.md</c> names every package, with its version and licence, and every project that takes packages is locked.</summary>
public sealed partial class ThirdPartyTests
{
    private const string LockName = "packages.generated.lock.json";

    /// <summary>Of the SDK's own version; in the text of the list, not in its tables.</summary>
    private const string OfTheSdk = "Microsoft.NET.ILLink.Tasks";

    /// <summary>Never part of the solution: one asks whether packages can be had, the other takes a compiler of the SDK's version.</summary>
    private static readonly string[] Unlocked = ["tools/silknet-probe/", "tools/launch/"];

    private static readonly string Root = TestPaths.RepositoryRoot;

    [Fact]
    public void List_OfPinnedPackages_HasTheirVersions()
    {
        var listed = Listed();
        Assert.NotEmpty(listed);
        Assert.All(Pinned(), package => Assert.Equal((package.Key, package.Value), (package.Key, listed.GetValueOrDefault(package.Key).Version)));
    }

    [Fact]
    public void List_OfLockedPackages_IsComplete()
    {
        var listed = Listed();
        Assert.All(Locks(), file => Assert.All(Locked(file), package => Assert.Equal((package.Name, package.Version), (package.Name, listed.GetValueOrDefault(package.Name).Version))));
    }

    [Fact]
    public void List_HasNothingThatIsNotUsed()
    {
        HashSet<string> used = [.. Pinned().Keys, .. Locks().SelectMany(Locked).Select(package => package.Name)];
        Assert.Equal([], Listed().Keys.Where(name => !used.Contains(name)));
    }

    [Fact]
    public void Licences_OfThePackages_ArePermissive() => Assert.All(Listed().Values, entry => Assert.Contains(entry.Licence, (string[])["MIT", "Apache-2.0", "MS-PL", "public domain"]));

    [Fact]
    public void Projects_AreLocked_WithContents()
    {
        string[] projects =
        [
            .. Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
                .Where(path => !Unlocked.Any(folder => Path.GetRelativePath(Root, path).Replace('\\', '/').StartsWith(folder, StringComparison.Ordinal)))
        ];
        Assert.NotEmpty(projects);
        // tools/lock-packages.sh writes them.
        Assert.All(projects, project => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(project)!, LockName)), $"{project} has no {LockName}"));
        Assert.All(Locks().SelectMany(Locked), package => Assert.Equal(64, Convert.FromBase64String(package.Hash).Length));
    }

    /// <summary>Packages of the central list, with the versions that its properties stand for.</summary>
    private static Dictionary<string, string> Pinned()
    {
        var file = XDocument.Load(Path.Combine(Root, "Directory.Packages.props"));
        var properties = file.Descendants("PropertyGroup").Elements().ToDictionary(property => $"$({property.Name.LocalName})", property => property.Value);
        return file.Descendants("PackageVersion").ToDictionary(
            package => package.Attribute("Include")!.Value,
            package => package.Attribute("Version")!.Value is var version && properties.TryGetValue(version, out string? value) ? value : version);
    }

    private static IEnumerable<string> Locks() => Directory.EnumerateFiles(Root, LockName, SearchOption.AllDirectories);

    private static IEnumerable<(string Name, string Version, string Hash)> Locked(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return
        [
            .. from framework in document.RootElement.GetProperty("dependencies").EnumerateObject()
               from package in framework.Value.EnumerateObject()
               where package.Value.GetProperty("type").GetString() != "Project" && package.Name != OfTheSdk
               select (package.Name, package.Value.GetProperty("resolved").GetString()!, package.Value.GetProperty("contentHash").GetString()!)
        ];
    }

    private static Dictionary<string, (string Version, string Licence)> Listed() =>
        Row().Matches(File.ReadAllText(Path.Combine(Root, "THIRD-PARTY.md"))).ToDictionary(
            row => row.Groups["name"].Value, row => (row.Groups["version"].Value, row.Groups["licence"].Value));

    [GeneratedRegex(@"^\| (?<name>[\w.]+) \| (?<version>\d[\w.]*) \| (?<licence>[^|]+?) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
