namespace NarVulkan.Vulkan;

/// <summary>A value of a timeline of ours that is, or will be, reached.</summary>
internal sealed record TimelineValue(TimelineSemaphore Timeline, ulong Value)
{
    /// <summary>The same, as hosts see it.</summary>
    public NarTimelinePoint Point => new(Timeline.Handle, Value);
}
