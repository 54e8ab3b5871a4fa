namespace NarVulkan.Checkpoints.Pickle;

/// <summary>Something a pickle would construct in Python that has no meaning here: read past, never built.</summary>
/// <param name="Kind">What it would have been, for messages.</param>
internal sealed record OpaqueObject(string Kind);
