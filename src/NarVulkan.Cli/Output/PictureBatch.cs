namespace NarVulkan.Cli.Output;

/// <summary>Decoded images or clips, and what is to be said about them.</summary>
internal sealed record PictureBatch
{
    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>What each sample shows: its class's name, or another word.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The prompt of each sample; null where there are none.</summary>
    public IReadOnlyList<string>? Prompts { get; init; }

    /// <summary>What was guided away from; null where nothing was named.</summary>
    public string? Negative { get; init; }

    /// <summary>Samples of each class or prompt, which stand together; null where nothing was drawn.</summary>
    public int? Copies { get; init; }

    /// <summary>The seed; null where chance plays no part.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The sampling settings in words; null where there was no sampling.</summary>
    public string? Settings { get; init; }

    /// <summary>How far the generation had come; null where it was finished.</summary>
    public UnfinishedWork? Unfinished { get; init; }

    public required NarMedia Media { get; init; }

    /// <summary>Decoder output [samples, 3, frames, height, width]; images have one frame.</summary>
    public required float[] Pixels { get; init; }

    public required int Frames { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }
}
