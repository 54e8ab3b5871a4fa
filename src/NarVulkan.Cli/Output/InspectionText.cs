using System.Globalization;
using System.Text.Json;
using NarVulkan.Checkpoints;
using NarVulkan.Cli.Models;

namespace NarVulkan.Cli.Output;

/// <summary>What <c>narvk inspect</c> found, as text and as JSON.</summary>
internal static class InspectionText
{
    public static void Write(TextWriter output, ModelFolder? folder, IReadOnlyList<InspectedFile> files)
    {
        if (folder is not null)
        {
            output.WriteLine($"{VisibleText.Of(folder.Name)}: {ModelSummary.Of(folder)}");
        }
        if (folder?.Classes is { Count: > 0 } classes)
        {
            output.WriteLine("Classes:");
            output.Write(TextTable.Columns(classes.Select((name, id) => new[] { id.ToString(CultureInfo.InvariantCulture), name }).ToList()));
        }
        foreach (InspectedFile file in files)
        {
            output.WriteLine($"{VisibleText.Of(file.Name)}: {Describe(file.Model)}");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file.Tensors.Count:N0} tensors, {file.Elements:N0} elements, {file.Bytes:N0} bytes"));
            foreach (string name in file.ForeignNames)
            {
                output.WriteLine($"warning: refers to {VisibleText.Of(name)}, which no checkpoint needs; it was not called, but other programs may");
            }
            output.Write(TextTable.Columns(file.Tensors.Select(tensor => new[] { tensor.Name, tensor.Type, Shape(tensor.Shape) }).ToList()));
        }
    }

    public static void WriteJson(TextWriter output, ModelFolder? folder, IReadOnlyList<InspectedFile> files, string? written) => JsonReport.Write(output, json =>
    {
        if (written is not null)
        {
            json.WriteString("written", written);
        }
        if (folder is not null)
        {
            json.WriteString("name", folder.Name);
            json.WriteString("summary", ModelSummary.Of(folder));
            if (folder.Classes is { } classes)
            {
                json.WriteStrings("classes", classes);
            }
        }
        json.WriteStartArray("files");
        foreach (InspectedFile file in files)
        {
            json.WriteStartObject();
            json.WriteString("file", file.Name);
            json.WriteNumber("bytes", file.Bytes);
            json.WriteString("model", file.Model?.Kind);
            json.WriteString("description", Describe(file.Model));
            json.WriteStrings("foreignNames", file.ForeignNames);
            json.WriteStartArray("tensors");
            foreach (InspectedTensor tensor in file.Tensors)
            {
                WriteTensor(json, tensor);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static void WriteTensor(Utf8JsonWriter json, InspectedTensor tensor)
    {
        json.WriteStartObject();
        json.WriteString("name", tensor.Name);
        json.WriteString("type", tensor.Type);
        json.WriteNumbers("shape", tensor.Shape);
        json.WriteEndObject();
    }

    /// <summary>What the tensors of a file are, in one line.</summary>
    public static string Describe(RecognizedModel? model)
    {
        if (model is null)
        {
            return "no model that narvk knows";
        }
        List<string> parts = [model.Kind];
        Add(model.PublishedSize is not null, $"published size {model.PublishedSize}");
        Add(model.Width > 0, $"width {model.Width}");
        Add(model.Layers > 0, model.ExtraHeadBlocks > 0 ? $"{model.Layers}+{model.ExtraHeadBlocks} blocks" : $"{model.Layers} blocks");
        Add(model.LikelyHeads is not null, $"{model.LikelyHeads} heads");
        Add(model.Vocabulary > 0, $"{model.Vocabulary} codes");
        Add(model.VisualTokens is not null, $"{model.VisualTokens} tokens");
        Add(model.Classes is not null, $"{model.Classes} classes");
        parts.Add(string.Create(CultureInfo.InvariantCulture, $"{model.ParameterCount:N0} parameters"));
        return string.Join(", ", parts);

        void Add(bool known, string part)
        {
            if (known)
            {
                parts.Add(part);
            }
        }
    }

    private static string Shape(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";
}
