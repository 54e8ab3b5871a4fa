using NarVulkan.Checkpoints;
using NarVulkan.Kernels;

namespace NarVulkan.Models;

/// <summary>The condition of an image generator: a class, or a text.</summary>
internal static class ImageCondition
{
    /// <summary>Loads the condition with the embedding table, and says how many condition tokens there are.</summary>
    /// <exception cref="ModelFileException">A tensor is missing or has another shape than the description implies.</exception>
    public static (GeneratorCondition Condition, EmbeddingTable Embedding, int Tokens) Load(
        WeightLoader loader, GeneratorReader reader, GeneratorDescription description, bool text)
    {
        if (!text)
        {
            reader.RequireClassCondition();
            var (classes, table) = reader.ClassTables();
            return (new ClassCondition(classes, FirstRow: reader.Shape.Vocabulary), table, 1);
        }
        var captions = new CaptionProjection(loader, reader);
        // A number that merely is the published models' default says nothing about this file.
        if (description.ConditionTokens != captions.Tokens && description.ConditionTokens != description.Architecture.DefaultConditionTokens(description.Grid))
        {
            throw new ModelFileException(loader.File.Path, $"\"conditionTokens\" is {description.ConditionTokens}, but tensor cls_embedding.uncond_embedding has {captions.Tokens} rows; correct it in narvk.json.");
        }
        return (new TextCondition(captions), reader.TokenTables(reader.Shape.Vocabulary), captions.Tokens);
    }
}
