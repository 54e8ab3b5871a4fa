using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace NarVulkan.ShaderCompiler;

/// <summary>The <c>glslc</c> program of Shaderc.</summary>
internal sealed partial class GlslcCompiler : IShaderCompiler
{
    // Vulkan 1.1 is the oldest target that every driver we support accepts; nothing here needs SPIR-V above 1.3.
    private static readonly string[] Options = ["-O", "--target-env=vulkan1.1"];

    /// <summary>The first release whose GLSL has both cooperative matrices (2023.5) and integer dot products.</summary>
    private static readonly Version FirstNew = new(2025, 1);

    private readonly string program;
    private readonly string[] leading;
    private string? version;

    private GlslcCompiler(string program, params string[] leading) => (this.program, this.leading) = (program, leading);

    public string Describe(ShaderVariant variant) => $"{FirstVersionLine}: glslc {string.Join(' ', OptionsFor(variant))}";

    private string FirstVersionLine => version ??= Run(["--version"]).Split('\n')[0].Trim();

    /// <summary>From PATH or the environment variable GLSLC.</summary>
    public static GlslcCompiler Installed() => new(Environment.GetEnvironmentVariable("GLSLC") is { Length: > 0 } path ? path : "glslc");

    /// <summary>One that knows cooperative matrices and integer dot products: the installed one, else that of <c>tools/drivers/debian13-root.sh</c>; null when neither does.</summary>
    public static GlslcCompiler? New()
    {
        var caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var root = Path.Combine(caches, "narvk-drivers", "debian13");
        // Its libraries need its own libc: the root's loader runs it.
        var unpacked = new GlslcCompiler(
            Path.Combine(root, "usr/lib64/ld-linux-x86-64.so.2"),
            "--library-path", Path.Combine(root, "usr/lib/x86_64-linux-gnu"), Path.Combine(root, "usr/bin/glslc"));
        return Installed() is var installed && installed.IsNew() ? installed
            : File.Exists(unpacked.program) && unpacked.IsNew() ? unpacked
            : null;
    }

    private bool IsNew()
    {
        try
        {
            return Release().Match(FirstVersionLine) is { Success: true } match && Version.Parse(match.Groups[1].Value) >= FirstNew;
        }
        catch (ShaderCompilationException)
        {
            return false; // not installed
        }
    }

    public byte[] Compile(ShaderTree tree, ShaderVariant variant)
    {
        var output = Path.GetTempFileName();
        try
        {
            var arguments = new List<string>(OptionsFor(variant)) { "-I", tree.Root };
            arguments.AddRange(variant.Macros.Select(macro => $"-D{macro.Key}={macro.Value}"));
            arguments.AddRange(["-o", output, tree.SourcePath(variant)]);
            Run(arguments);
            return File.ReadAllBytes(output);
        }
        finally
        {
            File.Delete(output);
        }
    }

    private static IEnumerable<string> OptionsFor(ShaderVariant variant) => Options.Append($"-fshader-stage={variant.Stage}");

    private string Run(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, leading.Concat(arguments)) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start) ?? throw new ShaderCompilationException($"{program} did not start");
            var errors = process.StandardError.ReadToEndAsync();
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? text : throw new ShaderCompilationException(errors.Result.Trim());
        }
        catch (Win32Exception e)
        {
            throw new ShaderCompilationException($"cannot run {program} ({e.Message}): install it (Debian and Ubuntu: apt-get install glslc) or set GLSLC to its path", e);
        }
    }

    [GeneratedRegex(@"^shaderc v?(\d+\.\d+)")]
    private static partial Regex Release();
}
