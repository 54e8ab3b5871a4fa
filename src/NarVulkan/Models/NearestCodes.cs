using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models;

/// <summary>
/// The nearest code of each vector by cosine, as the quantisers of LARP and VQ look it up: the largest product with a codebook of
/// unit length. A vector's own length changes no order. Owns what it computes in.
/// </summary>
internal sealed class NearestCodes : IDisposable
{
    /// <summary>The similarities of some vectors at a time: of 32 x 32 tokens with 16384 codes, all of them would be 64 MiB.</summary>
    private const ulong SimilarityBytes = 8 << 20;

    private readonly OwnedResources owned = new();
    private readonly PackedMatrix codebook;
    private readonly int vectorCount, rows;
    private readonly DeviceBuffer similarity, parameters, positions;

    /// <summary>Allocates.</summary>
    /// <param name="device">The device.</param>
    /// <param name="codebook">Code vectors of unit length, [codes, width].</param>
    /// <param name="vectorCount">Vectors that are looked up.</param>
    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    public NearestCodes(VulkanDevice device, PackedMatrix codebook, int vectorCount)
    {
        this.codebook = codebook;
        this.vectorCount = vectorCount;
        ulong limit = Math.Min(SimilarityBytes, Math.Min(device.Profile.MaxStorageBufferRange, device.Profile.MaxAllocationSize));
        rows = (int)Math.Clamp(limit / ((ulong)codebook.Columns * sizeof(float)), 1, (ulong)vectorCount);
        try
        {
            similarity = owned.Add(BlockScratch.Create(device, "similarity", rows, codebook.Columns));
            parameters = owned.Add(device.CreateBuffer("samplingParameters", SamplingParameters.BytesFor(1), BufferUse.Storage));
            positions = owned.Add(device.CreateBuffer("vectorPositions", (ulong)vectorCount * sizeof(int), BufferUse.Storage));
            var greedy = new SamplingParameters(guidanceScale: 1, temperature: 1, topP: 1, topK: 0, greedy: true, seed: 0);
            device.Uploads.Upload<uint>(parameters, 0, greedy.WithStreams(new uint[1]));
            device.Uploads.Upload<int>(positions, 0, [.. Enumerable.Range(0, vectorCount)]);
            device.Uploads.Flush();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Records the search.</summary>
    /// <param name="recorder">Where it is recorded.</param>
    /// <param name="kernels">Kernels of the device.</param>
    /// <param name="vectors">Float32 [vectors, width].</param>
    /// <param name="codes">Receives int32 [vectors].</param>
    public void Record(CommandRecorder recorder, KernelSet kernels, DeviceBuffer vectors, DeviceBuffer codes)
    {
        uint width = (uint)codebook.Depth;
        int codeCount = codebook.Columns;
        for (int first = 0; first < vectorCount; first += rows)
        {
            int count = Math.Min(rows, vectorCount - first);
            kernels.Matmul.Record(recorder, codebook, vectors, (uint)first * width, width, similarity, 0, (uint)codeCount, count, MatmulEpilogue.Store);
            kernels.Sample.Record(recorder, similarity, parameters, positions, codes, new SampleShape(1, count, first, vectorCount, codeCount));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();
}
