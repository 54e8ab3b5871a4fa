using NarVulkan.ShaderCompiler;
using Xunit;

namespace NarVulkan.Tests.Kernels;

public sealed class CompiledShadersTests
{
    [Fact]
    public void CompiledFolders_OfTheRepository_AreInStepWithTheirSources()
    {
        var trees = ShaderTree.FindAll(AppContext.BaseDirectory);

        Assert.Contains(trees, tree => tree.Variants().Any(variant => variant.Name == "picture.frag"));
        Assert.Empty(trees.SelectMany(CompiledShaders.Check));
    }

    [Fact]
    public void Check_WhenAnIncludedFileChanges_NamesTheShader()
    {
        using var folder = new TemporaryShaders();
        folder.Write("variants.json", """{ "scale": { "half": { "FACTOR": "0.5" } } }""");
        folder.Write("scale.comp", "#include \"shared/a.glsl\"\nvoid main() {}\n");
        folder.Write("shared/a.glsl", "// first\n");
        CompiledShaders.Compile(folder.Tree, folder.Tree.Variants()[0], new FixedCompiler());
        Assert.Empty(CompiledShaders.Check(folder.Tree));

        folder.Write("shared/a.glsl", "// second\n");

        Assert.Contains("scale.half", Assert.Single(CompiledShaders.Check(folder.Tree)));
    }

    [Fact]
    public void Check_WhenLineEndingsDiffer_IsStillInStep()
    {
        using var folder = new TemporaryShaders();
        folder.Write("variants.json", "{}");
        folder.Write("scale.comp", "void main()\n{\n}\n");
        CompiledShaders.Compile(folder.Tree, folder.Tree.Variants()[0], new FixedCompiler());

        folder.Write("scale.comp", "void main()\r\n{\r\n}\r\n");

        Assert.Empty(CompiledShaders.Check(folder.Tree));
    }

    [Fact]
    public void Check_WhenAModuleIsReplacedOrForeign_NamesIt()
    {
        using var folder = new TemporaryShaders();
        folder.Write("variants.json", "{}");
        folder.Write("scale.comp", "void main() {}\n");
        CompiledShaders.Compile(folder.Tree, folder.Tree.Variants()[0], new FixedCompiler());

        folder.Write("compiled/scale.spv", "something else");
        folder.Write("compiled/gone.spv", "of a shader that was deleted");

        var problems = CompiledShaders.Check(folder.Tree);
        Assert.Equal(2, problems.Count);
        Assert.Contains("scale.spv is not the file that was compiled", problems[0]);
        Assert.Contains("gone.spv", problems[1]);
    }

    [Fact]
    public void Variants_WhenTheTableNamesAMissingShader_SaysWhich()
    {
        using var folder = new TemporaryShaders();
        folder.Write("variants.json", """{ "ghost": { "a": {} } }""");

        var error = Assert.Throws<ShaderCompilationException>(() => folder.Tree.Variants());

        Assert.Contains("ghost", error.Message);
    }

    private sealed class FixedCompiler : IShaderCompiler
    {
        public string Describe(ShaderVariant variant) => "fixed";

        public byte[] Compile(ShaderTree tree, ShaderVariant variant) => [3, 2, 35, 7];
    }

    private sealed class TemporaryShaders : IDisposable
    {
        private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("narvk-shaders-");

        public ShaderTree Tree => ShaderTree.Find(root.FullName);

        public void Write(string name, string content)
        {
            var path = Path.Combine(root.FullName, "shaders", name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, content);
        }

        public void Dispose() => root.Delete(recursive: true);
    }
}
