namespace NarVulkan.Checkpoints.Pickle;

/// <summary>The pickle is damaged or uses what no checkpoint needs. Caught by the reader of the file, which knows its name.</summary>
/// <param name="message">What is wrong with it.</param>
/// <param name="ended">Whether it goes on behind the last byte that was there to read.</param>
/// <param name="refused">Whether it was made to do something to whoever loads it, or may have been: the message says what to do then.</param>
internal sealed class PickleFormatException(string message, bool ended = false, bool refused = false) : Exception(message)
{
    /// <summary>The message, and what is to be done.</summary>
    /// <param name="advice">What helps where the pickle is damaged.</param>
    public string Advise(string advice) => refused ? "is refused: " + Message : $"is damaged or unsupported: {Message}; {advice}";

    public bool Ended => ended;
}
