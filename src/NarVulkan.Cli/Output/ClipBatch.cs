namespace NarVulkan.Cli.Output;

/// <summary>Decoded clips and what is to be said about them.</summary>
internal sealed record ClipBatch
{
    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>What each sample shows: its class's name, or another word.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The seed; null where chance plays no part.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The sampling settings in words; null where there was no sampling.</summary>
    public string? Settings { get; init; }

    /// <summary>Decoder output [samples, 3, frames, height, width], nominally 0..1.</summary>
    public required float[] Video { get; init; }

    public required int Frames { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }
}
