namespace NarVulkan.ShaderCompiler;

internal static class Program
{
    private const string Usage = """
        usage: ShaderCompiler [--check] [--force] [--root DIR] [STEM...]
          compiles the variants of shaders/STEM.comp (all by default) whose sources changed, into shaders/compiled;
          also shaders such as picture.frag of the projects that draw, into their own shaders/compiled
          --check   compile nothing; say what is out of step and exit with 1 if anything is
          --force   compile also what is in step
          --root    a folder inside the repository (default: the current one)
        """;

    private static int Main(string[] args)
    {
        var check = false;
        var force = false;
        var root = Directory.GetCurrentDirectory();
        var stems = new HashSet<string>();
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--check": check = true; break;
                case "--force": force = true; break;
                case "--root" when i + 1 < args.Length: root = args[++i]; break;
                case var stem when !stem.StartsWith('-'): stems.Add(Path.GetExtension(stem) == ".comp" ? Path.GetFileNameWithoutExtension(stem) : Path.GetFileName(stem)); break;
                default: Console.Error.WriteLine(Usage); return 2;
            }
        }

        try
        {
            var trees = ShaderTree.FindAll(Path.GetFullPath(root));
            return check ? Check(trees) : Compile(trees, stems, force);
        }
        catch (ShaderCompilationException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    private static int Check(IReadOnlyList<ShaderTree> trees)
    {
        var problems = trees.SelectMany(CompiledShaders.Check).ToList();
        foreach (var problem in problems)
        {
            Console.Error.WriteLine(problem);
        }

        Console.WriteLine(problems.Count == 0 ? "what is compiled is in step with the sources" : "run: dotnet run --project tools/ShaderCompiler");
        return problems.Count == 0 ? 0 : 1;
    }

    private static int Compile(IReadOnlyList<ShaderTree> trees, HashSet<string> stems, bool force)
    {
        var all = trees.SelectMany(tree => tree.Variants().Select(variant => (Tree: tree, Variant: variant))).ToList();
        var unknown = stems.FirstOrDefault(stem => all.All(entry => entry.Variant.Stem != stem));
        if (unknown is not null)
        {
            throw new ShaderCompilationException($"there is no shader {unknown}");
        }

        var installed = GlslcCompiler.Installed();
        var newer = new Lazy<GlslcCompiler?>(GlslcCompiler.New);
        var failures = 0;
        var compiled = 0;
        foreach (var (tree, variant) in all.Where(entry => stems.Count == 0 || stems.Contains(entry.Variant.Stem)))
        {
            var inStep = CompiledShaders.Problem(tree, variant) is null;
            if (!force && inStep)
            {
                continue;
            }

            var compiler = variant.NeedsNewCompiler ? newer.Value : installed;
            if (compiler is null)
            {
                Console.Error.WriteLine(
                    $"{variant.Name}: left as it is{(inStep ? "" : ", out of step with its source")}: needs glslc of 2025.1 or later for GL_KHR_cooperative_matrix and GL_EXT_integer_dot_product. "
                    + "Run tools/drivers/debian13-root.sh once, or set GLSLC to one.");
                failures += inStep ? 0 : 1;
                continue;
            }

            try
            {
                CompiledShaders.Compile(tree, variant, compiler);
                Console.WriteLine($"{variant.Name}.spv");
                compiled++;
            }
            catch (ShaderCompilationException e)
            {
                // The others are still worth compiling: someone who works on one shader wants all messages at once.
                Console.Error.WriteLine($"{variant.Name}: {e.Message}");
                failures++;
            }
        }

        foreach (var orphan in trees.SelectMany(tree => CompiledShaders.Orphans(tree, tree.Variants())).ToList())
        {
            File.Delete(orphan);
            Console.WriteLine($"removed {Path.GetFileName(orphan)}");
        }

        Console.WriteLine($"{compiled} compiled, {failures} failed, {all.Count} in all");
        return failures == 0 ? 0 : 1;
    }
}
