using System.ComponentModel;
using System.Diagnostics;

namespace NarVulkan.ShaderCompiler;

/// <summary>The <c>glslc</c> program of Shaderc, from PATH or from the environment variable GLSLC.</summary>
internal sealed class GlslcCompiler : IShaderCompiler
{
    // Vulkan 1.1 is the oldest target that every driver we support accepts; nothing here needs SPIR-V above 1.3.
    private static readonly string[] Options = ["-O", "--target-env=vulkan1.1", "-fshader-stage=compute"];

    private readonly string program = Environment.GetEnvironmentVariable("GLSLC") is { Length: > 0 } path ? path : "glslc";
    private string? description;

    public string Description => description ??= $"{Run(["--version"]).Split('\n')[0].Trim()}: glslc {string.Join(' ', Options)}";

    public byte[] Compile(ShaderTree tree, ShaderVariant variant)
    {
        var output = Path.GetTempFileName();
        try
        {
            var arguments = new List<string>(Options) { "-I", tree.Root };
            arguments.AddRange(variant.Macros.Select(macro => $"-D{macro.Key}={macro.Value}"));
            arguments.AddRange(["-o", output, tree.SourcePath(variant.Stem)]);
            Run(arguments);
            return File.ReadAllBytes(output);
        }
        finally
        {
            File.Delete(output);
        }
    }

    private string Run(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
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
}
