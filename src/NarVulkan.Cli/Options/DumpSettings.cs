namespace NarVulkan.Cli.Options;

/// <summary>What <see cref="DumpOptions"/> say: paths as typed, null where nothing is asked for.</summary>
internal sealed record DumpSettings(string? Tokens, string? Logits, string? Frames)
{
    public bool Any => (Tokens ?? Logits ?? Frames) is not null;
}
