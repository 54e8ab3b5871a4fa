using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Options;

namespace NarVulkan.Cli.Models;

/// <summary>Writes a <c>narvk.json</c> for weights that lie anywhere: what tensors and settings tell, and what the user adds.</summary>
internal static class FolderInit
{
    private const string ClassesName = "classes.txt";

    /// <param name="settings">The folder and what the files do not tell.</param>
    /// <param name="sources">Full paths of weights files or model folders: at most one generator, tokenizer and text encoder in all.</param>
    /// <returns>The file that was written.</returns>
    /// <exception cref="ModelFileException">A file is damaged or of no known model.</exception>
    /// <exception cref="InvalidRequestException">Something is missing that has to be given, or there is a manifest already.</exception>
    public static string Write(InitSettings settings, IReadOnlyList<string> sources)
    {
        string manifest = Path.Combine(settings.Directory, ModelFolder.ManifestName);
        if (File.Exists(manifest))
        {
            throw new InvalidRequestException($"{manifest}: is there already; delete it, or name another folder");
        }
        ModelParts parts = new();
        foreach (string source in sources)
        {
            if (Directory.Exists(source))
            {
                parts.Add(ModelFolder.Open(source));
            }
            else
            {
                parts.Add(source, settings);
            }
        }
        parts.RequireUse(settings);
        string classes = Path.Combine(settings.Directory, ClassesName);
        if (settings.ClassFile is { } from && RealPath.Of(from) != RealPath.Of(classes))
        {
            byte[] names = ReadClasses(from);
            AtomicFile.WriteOwn(classes, stream => stream.Write(names));
        }
        AtomicFile.WriteOwn(manifest, stream => WriteManifest(stream, settings.Directory, parts, File.Exists(classes)));
        try
        {
            ModelFolder.Open(settings.Directory);
        }
        catch
        {
            File.Delete(manifest);
            throw;
        }
        return manifest;
    }

    private static byte[] ReadClasses(string path)
    {
        using MappedFile file = MappedFile.Open(path);
        return file.Length <= 1 << 24
            ? file.Slice(0, (int)file.Length).ToArray()
            : throw new ModelFileException(path, $"has {file.Length} bytes, too many for a list of class names");
    }

    private static void WriteManifest(Stream stream, string directory, ModelParts parts, bool hasClasses)
    {
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("format", 1);
            json.WriteString("name", string.Concat(ModelFolder.NameOf(directory).Where(c => !VisibleText.IsHidden(c))));
            if (parts.Generator is { } generator)
            {
                WriteGenerator(json, directory, generator);
            }
            if (parts.Tokenizer is { } tokenizer)
            {
                json.WriteStartObject("tokenizer");
                json.WriteString("kind", tokenizer.KindName());
                WritePath(json, "weights", directory, tokenizer.WeightsPath);
                if (tokenizer.ConfigPath is { } config)
                {
                    WritePath(json, "config", directory, config);
                }
                json.WriteEndObject();
            }
            if (parts.Text is { } text)
            {
                json.WriteStartObject("text");
                WritePath(json, "weights", directory, text.WeightsPath);
                WritePath(json, "tokenizer", directory, text.TokenizerPath);
                WritePath(json, "config", directory, text.ConfigPath);
                json.WriteNumber("tokens", parts.Generator?.ConditionTokens ?? text.Tokens);
                json.WriteEndObject();
            }
            if (parts.Generator is not null)
            {
                WriteSampling(json, parts.Sampling!);
            }
            if (hasClasses)
            {
                json.WriteString("classes", ClassesName);
            }
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
    }

    private static void WriteGenerator(Utf8JsonWriter json, string directory, GeneratorDescription generator)
    {
        json.WriteStartObject("generator");
        json.WriteString("architecture", generator.Architecture.Name());
        WritePath(json, "weights", directory, generator.WeightsPath);
        json.WriteNumber("heads", generator.Heads);
        json.WriteStartArray("grid");
        foreach (int side in generator.Grid)
        {
            json.WriteNumberValue(side);
        }
        json.WriteEndArray();
        json.WriteNumber("conditionTokens", generator.ConditionTokens);
        if (generator.ExtraHeadBlocks > 0)
        {
            json.WriteNumber("extraHeadBlocks", generator.ExtraHeadBlocks);
        }
        if (generator.ParallelTokens > 0)
        {
            json.WriteNumber("parallelTokens", generator.ParallelTokens);
        }
        json.WriteEndObject();
    }

    private static void WriteSampling(Utf8JsonWriter json, SamplingDefaults sampling)
    {
        json.WriteStartObject("sampling");
        json.WriteNumber("cfg", sampling.Guidance);
        json.WriteNumber("cfgInterval", sampling.GuidanceInterval);
        json.WriteNumber("temperature", sampling.Temperature);
        json.WriteNumber("topK", sampling.TopK);
        json.WriteNumber("topP", sampling.TopP);
        json.WriteEndObject();
    }

    // Manifests name files relative to their folder.
    private static void WritePath(Utf8JsonWriter json, string name, string directory, string path)
    {
        string relative = Path.GetRelativePath(RealPath.Of(directory), Path.Combine(RealPath.Of(Path.GetDirectoryName(path)!), Path.GetFileName(path)));
        json.WriteString(name, Path.IsPathRooted(relative)
            ? throw new InvalidRequestException($"{path}: lies on another drive than {directory}; copy it there first")
            : relative.Replace(Path.DirectorySeparatorChar, '/'));
    }
}
