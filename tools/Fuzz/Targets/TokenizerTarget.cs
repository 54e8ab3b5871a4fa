using NarVulkan.Text;

namespace NarVulkan.Fuzz.Targets;

/// <summary>Tokenizers of either format, and what a damaged one makes of a text.</summary>
/// <param name="name">The target.</param>
/// <param name="fileName">What the file is called.</param>
internal abstract class TokenizerTarget(string name, string fileName) : FuzzTarget(name)
{
    private const string Text = "A red \uFB01ne fox 12 AB\u00E9 e\u0301 \u732B</s> <extra_id_0>\t\u3000x";

    /// <inheritdoc/>
    public override string FileName => fileName;

    /// <summary>A piece of two bytes has an entry in the vocabulary, the trie and the tables of names; JSON holds every number as an object.</summary>
    public override int BytesPerByte => 1024;

    /// <inheritdoc/>
    public override string Read(string path)
    {
        TextTokenizer tokenizer = TextTokenizer.Open(path);
        int[] ids = tokenizer.Encode(Text);
        tokenizer.Pieces(Text);
        tokenizer.Decode(ids);
        return $"{ids.Contains(tokenizer.UnknownId)} {ids.Length > 40} {tokenizer.VocabularySize > 100}";
    }
}
