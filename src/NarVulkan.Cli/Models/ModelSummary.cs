using NarVulkan.Checkpoints;

namespace NarVulkan.Cli.Models;

/// <summary>A model folder in a few words, without loading it.</summary>
internal static class ModelSummary
{
    /// <summary>What it holds, or what is wrong with it: a broken folder does not hide the others.</summary>
    public static string Of(InstalledModel model)
    {
        try
        {
            return (model.Shadowed ? "(not used: one of this name comes first) " : "") + Of(ModelFolder.Open(model.Directory));
        }
        catch (ModelFileException e)
        {
            return "not usable: " + e.Message;
        }
    }

    public static string Of(ModelFolder folder)
    {
        List<string> parts = [];
        if (folder.Generator is { } generator)
        {
            parts.Add($"{generator.Architecture.Name()}, {string.Join('x', generator.Grid)} tokens{(generator.ParallelTokens > 0 ? $", {generator.ParallelTokens} at a time" : "")}");
        }
        if (folder.Tokenizer is { } tokenizer)
        {
            parts.Add($"{tokenizer.KindName()} tokenizer");
        }
        if (folder.Text is not null)
        {
            parts.Add("text encoder");
        }
        if (folder.Classes is { } classes)
        {
            parts.Add($"{classes.Count} named classes");
        }
        return parts.Count > 0 ? string.Join(", ", parts) : "empty";
    }
}
