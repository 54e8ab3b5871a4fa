namespace NarVulkan;

/// <summary>What was asked for cannot be done: an unknown class, too many frames, an impossible option. Exit code 2.</summary>
public sealed class InvalidRequestException : NarException
{
    public InvalidRequestException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
