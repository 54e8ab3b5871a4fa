using System.Text.RegularExpressions;
using BindingGenerator;
using Xunit;

namespace NarVulkan.Tests.Bindings;

public sealed partial class GeneratedFilesTests
{
    private const string RegistryPath = "/usr/share/vulkan/registry/vk.xml";

    private static readonly string Folder = Path.Combine(TestPaths.RepositoryRoot, "src", "Bindings", "Silk.NET.Vulkan", "Generated");

    [SkippableFact]
    public void GeneratedFiles_AgainstGenerator_AreUpToDate()
    {
        Skip.IfNot(File.Exists(RegistryPath), $"{RegistryPath} is missing: install libvulkan-dev to check that the generated bindings are up to date");
        var selection = Selection.Load(Path.Combine(TestPaths.RepositoryRoot, "tools", "BindingGenerator", "commands.txt"));
        var registry = Registry.Load(RegistryPath, selection.EnumerantVendors, Path.Combine(TestPaths.RepositoryRoot, "tools", "BindingGenerator", "later.xml"));
        int written = WrittenFromVersion();
        Skip.If(registry.HeaderVersion != written, $"the registry here is version {registry.HeaderVersion}, the bindings were generated from {written}");

        var expected = Generator.Run(registry, selection);

        Assert.Equal(expected.Keys.Order(), Directory.EnumerateFiles(Folder).Select(f => Path.GetFileName(f)!).Order());
        Assert.All(expected, file => Assert.Equal(file.Value, File.ReadAllText(Path.Combine(Folder, file.Key))));
    }

    [Fact]
    public void Selection_LineOfUnknownKind_NamesFileAndLine()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "# head\ncomand vkCreateBuffer\n");

        var error = Assert.Throws<InvalidDataException>(() => Selection.Load(path));

        File.Delete(path);
        Assert.Contains($"{path}(2)", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Generator_CommandThatTheRegistryLacks_NamesIt()
    {
        Skip.IfNot(File.Exists(RegistryPath), $"{RegistryPath} is missing: install libvulkan-dev");
        var selection = new Selection();
        selection.Commands.Add("vkCreateNothing");

        var error = Assert.Throws<InvalidDataException>(() => Generator.Run(Registry.Load(RegistryPath, []), selection));

        Assert.Contains("vkCreateNothing", error.Message, StringComparison.Ordinal);
    }

    private static int WrittenFromVersion()
    {
        string text = File.ReadAllText(Path.Combine(Folder, "Enums.g.cs"));
        return int.Parse(Version().Match(text).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"header version (\d+)")]
    private static partial Regex Version();
}
