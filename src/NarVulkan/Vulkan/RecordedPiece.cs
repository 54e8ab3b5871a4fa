using Silk.NET.Vulkan;

namespace NarVulkan.Vulkan;

/// <summary>One command buffer of a recorded chain; a submission takes one or several in a row.</summary>
internal sealed class RecordedPiece(CommandBuffer commands)
{
    public CommandBuffer Commands { get; } = commands;

    /// <summary>Steps whose last command is in this piece, in order.</summary>
    public List<int> CompletedSteps { get; } = [];

    /// <summary>Multiply-adds.</summary>
    public double Work { get; set; }

    /// <summary>Dispatches.</summary>
    public int Dispatches { get; set; }

    /// <summary>How long it took when it last ran; 0 before that. Where the host executes it: lately, on the average.</summary>
    public double Seconds { get; set; }
}
