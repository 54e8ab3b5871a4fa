namespace NarVulkan.Cli;

/// <summary>A cancellation that leaves something worth telling about, which is the message.</summary>
internal sealed class CancelledWithWorkKeptException(string message, Exception cause) : OperationCanceledException(message, cause);
