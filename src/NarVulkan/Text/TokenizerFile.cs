namespace NarVulkan.Text;

/// <summary>What a tokenizer file holds.</summary>
/// <param name="Path">The file, for messages.</param>
/// <param name="Model">Pieces and how text is cut into them; T5's extra ids are among the pieces.</param>
/// <param name="Special">Names that are recognised in a text, with their ids.</param>
internal sealed record TokenizerFile(string Path, SentencePieceModel Model, IReadOnlyDictionary<string, int> Special)
{
    public const string EndName = "</s>";
    public const string PadName = "<pad>";

    private const string SentencePieceName = "spiece.model";
    private const string JsonName = "tokenizer.json";

    /// <param name="path">A file of either format, or a folder with one.</param>
    /// <exception cref="ModelFileException">It is missing, damaged, or of a kind that is not supported.</exception>
    public static TokenizerFile Read(string path)
    {
        if (Directory.Exists(path))
        {
            path = new[] { SentencePieceName, JsonName }.Select(name => System.IO.Path.Combine(path, name)).FirstOrDefault(File.Exists)
                ?? throw new ModelFileException(path, $"has neither {SentencePieceName} nor {JsonName}; download the tokenizer of the text encoder, too");
        }
        // A model of SentencePiece begins with a line feed: the tag of its first piece.
        return IsJson(path) ? TokenizerJson.Read(path) : SentencePieceFile.Read(path);
    }

    private static bool IsJson(string path)
    {
        using Checkpoints.MappedFile file = Checkpoints.MappedFile.Open(path);
        return file.Length > 0 && file.Slice(0, 1)[0] is (byte)'{' or 0xEF or (byte)' ' or (byte)'\r';
    }
}
