using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NarVulkan.Cli.Output;

/// <summary>
/// Random streams of the samples of prompts: fixed by the prompt, as typed, and by how many samples of the same prompt stand before. So a prompt's
/// pictures are the same wherever the prompt stands and whatever others there are.
/// </summary>
internal static class PromptStreams
{
    /// <param name="prompts">The prompts; all samples of one stand together.</param>
    /// <param name="copies">Samples of each.</param>
    /// <returns>The stream of each sample.</returns>
    public static IReadOnlyList<uint> Of(IReadOnlyList<string> prompts, int copies)
    {
        Dictionary<string, uint> drawn = new(StringComparer.Ordinal);
        uint[] streams = new uint[prompts.Count * copies];
        for (int sample = 0; sample < streams.Length; sample++)
        {
            string prompt = prompts[sample / copies];
            uint place = drawn.GetValueOrDefault(prompt);
            drawn[prompt] = place + 1;
            streams[sample] = SamplePlan.StreamOf(LabelOf(prompt), place);
        }
        return streams;
    }

    /// <summary>What takes the place of a class. Prompts that share one draw alike, from other logits.</summary>
    public static int LabelOf(string prompt) => BinaryPrimitives.ReadUInt16LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(prompt)));
}
