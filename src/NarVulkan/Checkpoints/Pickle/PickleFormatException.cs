namespace NarVulkan.Checkpoints.Pickle;

/// <summary>The pickle is damaged or uses what no checkpoint needs. Caught by the reader of the file, which knows its name.</summary>
internal sealed class PickleFormatException(string message) : Exception(message);
