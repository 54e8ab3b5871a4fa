using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace NarVulkan.ShaderCompiler;

/// <summary>A hash over everything that decides a compiled shader: its source, all that it includes, and its macros.</summary>
internal static partial class SourceHash
{
    /// <summary>SHA-256 in lower-case hexadecimal. Line endings are normalised, so a checkout with CRLF hashes alike.</summary>
    /// <exception cref="ShaderCompilationException">An included file does not exist.</exception>
    public static string Compute(ShaderTree tree, ShaderVariant variant)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Collect(tree, tree.SourcePath(variant), files);
        var text = new StringBuilder();
        foreach (var (name, value) in variant.Macros)
        {
            text.Append("#define ").Append(name).Append(' ').Append(value).Append('\n');
        }

        foreach (var (name, content) in files)
        {
            text.Append("// ").Append(name).Append('\n').Append(content);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Collect(ShaderTree tree, string path, SortedDictionary<string, string> files)
    {
        var name = Path.GetRelativePath(tree.Root, path).Replace('\\', '/');
        if (files.ContainsKey(name))
        {
            return;
        }

        var content = File.ReadAllText(path).ReplaceLineEndings("\n");
        files.Add(name, content);
        foreach (Match match in IncludeDirective().Matches(content))
        {
            var included = match.Groups[1].Value;
            string[] candidates = [Path.Combine(Path.GetDirectoryName(path)!, included), Path.Combine(tree.Root, included)];
            var found = candidates.FirstOrDefault(File.Exists)
                ?? throw new ShaderCompilationException($"shaders/{name} includes \"{included}\", which exists neither beside it nor in shaders/");
            Collect(tree, Path.GetFullPath(found), files);
        }
    }

    [GeneratedRegex("""^\s*#\s*include\s+"([^"]+)"[^\n]*$""", RegexOptions.Multiline)]
    private static partial Regex IncludeDirective();
}
