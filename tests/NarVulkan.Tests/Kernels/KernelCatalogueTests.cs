using System.Text.RegularExpressions;
using Xunit;

namespace NarVulkan.Tests.Kernels;

/// <summary>One stem, its four files and its line in the table.</summary>
public sealed partial class KernelCatalogueTests
{
    [Fact]
    public void Shader_OfEveryStem_HasParametersKernelTwinAndTests()
    {
        var missing = new List<string>();
        Assert.NotEmpty(KernelConventions.Stems());
        foreach (var stem in KernelConventions.Stems())
        {
            var names = KernelConventions.KernelNames(stem);
            Require($"shaders/params/{stem}.glsl");
            Require([.. names.Select(name => $"src/NarVulkan/Kernels/{name}Kernel.cs")]);
            Require([.. names.Select(name => $"src/NarVulkan/Reference/{name}Reference.cs")]);
            Require([.. names.Select(name => $"tests/NarVulkan.Tests/Kernels/{name}KernelTests.cs")]);
        }

        Assert.Empty(missing);

        void Require(params string[] alternatives)
        {
            if (!alternatives.Any(path => File.Exists(Path.Combine(TestPaths.RepositoryRoot, path))))
            {
                missing.Add(string.Join(" or ", alternatives));
            }
        }
    }

    [Fact]
    public void KernelClass_OfEveryKind_HasAShader()
    {
        var names = KernelConventions.Stems().SelectMany(KernelConventions.KernelNames).ToHashSet();

        Assert.All(KernelConventions.KernelClasses(), kernel => Assert.Contains(kernel.Name[..^"Kernel".Length], names));
    }

    [Fact]
    public void Table_InTheShadersReadme_ListsExactlyTheShaders()
    {
        var readme = File.ReadAllText(Path.Combine(KernelConventions.ShaderFolder, "README.md"));
        var listed = TableRow().Matches(readme).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal);

        Assert.Equal(KernelConventions.Stems(), listed);
    }

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
