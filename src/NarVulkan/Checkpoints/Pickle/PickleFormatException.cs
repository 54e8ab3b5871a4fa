namespace NarVulkan.Checkpoints.Pickle;

/// <summary>The pickle is damaged or uses what no checkpoint needs. Caught by the reader of the file, which knows its name.</summary>
/// <param name="message">What is wrong with it.</param>
/// <param name="ended">Whether it goes on behind the last byte that was there to read.</param>
internal sealed class PickleFormatException(string message, bool ended = false) : Exception(message)
{
    public bool Ended => ended;
}
