using System.Globalization;

namespace NarVulkan.Cli.Output;

/// <summary>What a picture file says about itself, as texts of PNG files: enough to make it again with the same version and model.</summary>
internal static class PngText
{
    /// <summary>Different prompts that a contact sheet names.</summary>
    private const int MostPrompts = 100;

    /// <param name="batch">The samples.</param>
    /// <param name="sample">Which of them; null for a picture of all.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> For(PictureBatch batch, int? sample)
    {
        string? prompt = sample is { } one ? batch.Prompts?[one]
            : batch.Prompts is { } all ? string.Join('\n', all.Distinct().Take(MostPrompts))
            : null;
        string? label = sample is { } index && batch.Prompts is null ? batch.Labels[index] : null;
        return Entries(batch.Model, label, prompt, batch.Negative, batch.Seed, sample % batch.Copies, batch.Settings, batch.Unfinished?.ToString());
    }

    /// <param name="model">Name of the model.</param>
    /// <param name="label">What the sample shows, where that is no prompt.</param>
    /// <param name="prompt">Its prompt, or those of several samples, one a line.</param>
    /// <param name="negative">What was guided away from.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="sample">Which sample of its class or prompt it is; in a large run, of the run.</param>
    /// <param name="settings">The sampling settings in words.</param>
    /// <param name="progress">How far the generation had come, where it was not finished.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Entries(
        string model, string? label, string? prompt, string? negative, ulong? seed, int? sample, string? settings, string? progress = null)
    {
        List<KeyValuePair<string, string>> text = [new("Software", "narvk"), new("Model", model)];
        Add("Class", label);
        Add("Prompt", prompt);
        Add("Negative prompt", negative);
        Add("Seed", seed?.ToString(CultureInfo.InvariantCulture));
        Add("Sample", sample?.ToString(CultureInfo.InvariantCulture));
        Add("Settings", settings);
        Add("Progress", progress);
        return text;

        void Add(string keyword, string? value)
        {
            if (value is not null)
            {
                text.Add(new(keyword, value));
            }
        }
    }
}
