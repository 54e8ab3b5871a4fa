using NarVulkan.Decoding;
using NarVulkan.Kernels;
using NarVulkan.Vulkan;

namespace NarVulkan.Models.Vq;

/// <summary>Codes to an image for one grid of tokens.</summary>
internal sealed class VqDecodeChain : IDecodeChain
{
    private readonly KernelSet kernels;
    private readonly VqDecoderWeights weights;
    private readonly TokenGrid grid;
    private readonly double mostWork;
    private readonly OwnedResources owned = new();
    private readonly VqWorkspace workspace;
    private readonly DeviceBuffer vectors;
    private FeatureMap? image;

    /// <summary>Allocates.</summary>
    /// <param name="kernels">Kernels of the device.</param>
    /// <param name="weights">The decoder; must outlive the chain.</param>
    /// <param name="grid">How the tokens lie.</param>
    /// <param name="mostWork">Multiply-adds of a band; a row of pixels is one at least.</param>
    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    public VqDecodeChain(KernelSet kernels, VqDecoderWeights weights, TokenGrid grid, double mostWork)
    {
        this.kernels = kernels;
        this.weights = weights;
        this.grid = grid;
        this.mostWork = mostWork;
        var device = kernels.Device;
        try
        {
            workspace = owned.Add(new VqWorkspace(device, [.. weights.Layers.Shape.Maps(grid.Rows, grid.Columns)]));
            Codes = owned.Add(device.CreateBuffer("codes", (ulong)grid.Count * sizeof(int), BufferUse.Storage));
            vectors = owned.Add(BlockScratch.Create(device, "codeVectors", grid.Count, weights.Codebook.Width));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public DeviceBuffer Codes { get; }

    /// <summary>The image, planar, float32 [3, height, width] in slabs; after the recording.</summary>
    public FeatureMap Image => image ?? throw new InvalidOperationException("The chain was not recorded yet.");

    /// <inheritdoc/>
    public IEnumerable<PixelRun> Pixels => Image.Rows().Select(piece => new PixelRun(piece.Slab, piece.InSlab * Image.Width, Image.RowsPerSlab * Image.Width, piece.Count * Image.Width));

    /// <inheritdoc/>
    public void Record(CommandRecorder recorder)
    {
        int tokens = grid.Count;
        kernels.EmbedTokens.Record(recorder, weights.Codebook, new TokenIds(Codes, Offset: 0, Stride: tokens, Divisor: 1), positions: null, vectors, 1, tokens, firstRow: 0, rowCount: tokens);
        var layers = new VqRecorder(recorder, kernels, workspace, mostWork);
        var latents = layers.Take(grid.Rows, grid.Columns, weights.FromCodes.Channels);
        layers.ProjectPixels(vectors, 0, weights.FromCodes, latents, 0, tokens);
        image = weights.Layers.Record(layers, latents, planar: true);
    }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();
}
