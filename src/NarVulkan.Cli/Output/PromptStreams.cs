using NarVulkan.Generation;

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
    public static IReadOnlyList<uint> Of(IReadOnlyList<string> prompts, int copies) =>
        SampleStreams.Of(Enumerable.Range(0, checked(prompts.Count * copies)).Select(sample => prompts[sample / copies]));

    /// <summary>What takes the place of a class. Prompts that share one draw alike, from other logits.</summary>
    public static int LabelOf(string prompt) => SampleStreams.LabelOf(prompt);
}
