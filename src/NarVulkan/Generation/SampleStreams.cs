using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NarVulkan.Generation;

/// <summary>
/// The random stream of each sample where nobody names one: its class (or what takes the place of one; -1, unconditional, comes first) above the low 16 bits, and how many
/// samples of the same class stand before it. So the k-th sample of a class is the same whatever else is asked for with it, and classes do not all draw the
/// same first token.
/// </summary>
internal static class SampleStreams
{
    /// <summary>Stream of the sample of a class that <paramref name="place"/> others of the same come before.</summary>
    public static uint StreamOf(int label, uint place) => unchecked(((uint)(label + 1) << 16) + place);

    /// <summary>Streams of samples of these classes, in order.</summary>
    public static uint[] Of(IEnumerable<int> labels)
    {
        Dictionary<int, uint> drawn = [];
        return [.. labels.Select(label => StreamOf(label, (drawn[label] = drawn.GetValueOrDefault(label) + 1) - 1))];
    }

    /// <summary>Streams of samples of these prompts, as typed, in order.</summary>
    public static uint[] Of(IEnumerable<string> prompts)
    {
        // Prompts that share a label draw alike, from other logits: each counts its own samples.
        Dictionary<string, uint> drawn = new(StringComparer.Ordinal);
        return [.. prompts.Select(prompt => StreamOf(LabelOf(prompt), (drawn[prompt] = drawn.GetValueOrDefault(prompt) + 1) - 1))];
    }

    /// <summary>What takes the place of a prompt's class.</summary>
    public static int LabelOf(string prompt) => BinaryPrimitives.ReadUInt16LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(prompt)));

    /// <summary>Streams of a request's samples.</summary>
    /// <param name="request">The request.</param>
    /// <param name="byClass">Whether the model is conditioned on classes; else every sample is of a condition of its own.</param>
    public static uint[] Of(NarGenerationRequest request, bool byClass) =>
        byClass ? Of(request.Classes)
        : request.Prompts is { } prompts && prompts.Count == request.Classes.Count && !prompts.Contains(null!) ? Of(prompts)
        : Of(Enumerable.Range(0, request.Classes.Count));
}
