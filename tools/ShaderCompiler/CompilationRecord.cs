using System.Security.Cryptography;
using System.Text.Json;

namespace NarVulkan.ShaderCompiler;

/// <summary>
/// What is written beside each compiled shader as <c>{name}.json</c>. One file per shader rather than one manifest for
/// all: two branches that change different shaders then merge without a conflict.
/// </summary>
internal sealed record CompilationRecord(
    string Source,
    SortedDictionary<string, string> Macros,
    string SourceSha256,
    string SpirvSha256,
    string Compiler)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NewLine = "\n",
    };

    public static string HashOf(byte[] spirv) => Convert.ToHexStringLower(SHA256.HashData(spirv));

    /// <summary>Reads a record; null when there is none or it is not one.</summary>
    public static CompilationRecord? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<CompilationRecord>(File.ReadAllText(path), Options);
        }
        catch (JsonException)
        {
            // An unreadable record is as good as none: the shader is compiled again, and --check reports it.
            return null;
        }
    }

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Options) + "\n");
}
