namespace NarVulkan.Vulkan;

/// <summary>
/// A recorded chain that other command buffers execute, ours or the host's, as often as wanted. It owns command buffers and descriptor sets; buffers and
/// pipelines are borrowed and must outlive it.
/// </summary>
internal sealed class SecondaryCommands(IReadOnlyList<RecordedPiece> pieces, CommandBufferPool pool, DescriptorSets sets) : IDisposable
{
    private bool _disposed;

    /// <summary>The chain; each piece waits for all that was submitted to the queue before it.</summary>
    public IReadOnlyList<RecordedPiece> Pieces => pieces;

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            sets.Dispose();
            pool.Dispose();
        }
    }
}
