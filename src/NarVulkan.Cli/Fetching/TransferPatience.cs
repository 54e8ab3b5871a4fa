namespace NarVulkan.Cli.Fetching;

/// <summary>How long a download waits, and for what.</summary>
internal sealed record TransferPatience
{
    /// <summary>For a connection.</summary>
    public TimeSpan Connection { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>For the answer to a request, up to the end of its headers.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For the next byte.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often in a row a transfer may fail without a byte having come.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Before the second attempt; doubled before every further one.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait that a server may ask for; one that asks for more is given up, and the user told.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Waits; tests do not.</summary>
    public Func<TimeSpan, CancellationToken, Task> Wait { get; init; } = Task.Delay;
}
