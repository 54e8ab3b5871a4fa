namespace NarVulkan.Vulkan;

/// <summary>Bytes that the buffers of one role hold now and held at most.</summary>
internal readonly record struct RoleUsage(string Role, ulong Bytes, ulong PeakBytes);
