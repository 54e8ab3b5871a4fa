namespace NarVulkan.Vulkan;

/// <summary>That a command reads and/or writes bytes <paramref name="Begin"/> to <paramref name="End"/> (exclusive) of a buffer.</summary>
/// <param name="Buffer">Identity of the buffer: its handle.</param>
/// <param name="Begin">First byte.</param>
/// <param name="End">One past the last byte.</param>
/// <param name="Reads">The command reads the range.</param>
/// <param name="Writes">The command writes the range.</param>
internal readonly record struct BufferAccess(ulong Buffer, ulong Begin, ulong End, bool Reads, bool Writes);
