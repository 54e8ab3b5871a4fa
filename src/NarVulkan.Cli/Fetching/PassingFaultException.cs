namespace NarVulkan.Cli.Fetching;

/// <summary>A failure that may be over when one tries again: a lost connection, a busy server. Never leaves <see cref="FileTransfer"/> and <see cref="Retries"/>.</summary>
/// <param name="problem">What went wrong, without the address.</param>
/// <param name="wait">How long the server asks to wait; null where it does not say.</param>
/// <param name="cause">What reported it, if anything.</param>
internal sealed class PassingFaultException(string problem, TimeSpan? wait = null, Exception? cause = null) : Exception(problem, cause)
{
    public TimeSpan? Wait => wait;
}
