using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>One submission of a recorded chain.</summary>
internal sealed class RecordedPiece(CommandBuffer commands)
{
    public CommandBuffer Commands { get; } = commands;

    /// <summary>Steps whose last command is in this piece, in order.</summary>
    public List<int> CompletedSteps { get; } = [];
}
