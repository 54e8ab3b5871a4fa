namespace NarVulkan.Cli.Engine;

/// <summary>An engine that keeps what its contexts have to say, so that it can be shown when no progress bar is in the way.</summary>
internal sealed class NoticeCollector(IEngine engine) : IEngine
{
    private readonly List<string> notices = [];

    /// <summary>What was passed over so far, each once, in the order in which it was come upon.</summary>
    public IReadOnlyList<string> Notices => notices;

    public IReadOnlyList<NarDeviceInfo> EnumerateDevices() => engine.EnumerateDevices();

    public IEngineContext Open(NarContextOptions options) => engine.Open(options with { Notice = Add });

    public string RunProgram(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation) =>
        engine.RunProgram(arguments, environment, cancellation);

    private void Add(string notice)
    {
        if (!notices.Contains(notice))
        {
            notices.Add(notice);
        }
    }
}
