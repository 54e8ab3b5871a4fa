using System.Globalization;

namespace NarVulkan.Cli.Output;

/// <summary>What a picture file says about itself, as tEXt chunks.</summary>
internal static class PngText
{
    /// <param name="batch">The samples.</param>
    /// <param name="sample">Which of them; null for a picture of all.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> For(PictureBatch batch, int? sample)
    {
        List<KeyValuePair<string, string>> text = [new("Software", "narvk"), new("Model", batch.Model)];
        if (sample is { } index)
        {
            text.Add(new("Class", batch.Labels[index]));
        }
        if (batch.Seed is { } seed)
        {
            text.Add(new("Seed", seed.ToString(CultureInfo.InvariantCulture)));
        }
        if (batch.Settings is { } settings)
        {
            text.Add(new("Settings", settings));
        }
        return text;
    }
}
