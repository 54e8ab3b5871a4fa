namespace NarVulkan.Models;

/// <summary>Everything that a model's tensors became on the device; owned.</summary>
/// <param name="Resources">Buffers and matrices.</param>
/// <param name="Parameters">Weights, counted.</param>
/// <param name="DeviceBytes">Device bytes of the weights.</param>
/// <param name="MemoryBytes">Device memory behind them, as allocated.</param>
internal sealed record LoadedTensors(OwnedResources Resources, long Parameters, long DeviceBytes, ulong MemoryBytes) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Resources.Dispose();
}
