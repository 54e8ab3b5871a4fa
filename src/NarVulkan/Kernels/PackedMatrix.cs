using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>
/// Weights [N, K] on the device, packed for <see cref="MatmulKernel"/>: in the plain form, or in the one for cooperative
/// matrices where the device has them and the weights are of float16 or 8 bits. Where the device's limits ask for it they are
/// cut along N into panels, each in a buffer of its own.
/// </summary>
internal sealed class PackedMatrix : IDisposable
{
    private readonly List<MatrixPanel> _panels = [];

    private readonly MatmulTiling? _tiling;

    private PackedMatrix(
        MatrixPacker packer, MatmulTiling? tiling, CooperativeTiling? cooperative, string role, int depth, WeightPrecision precision, MatrixLayout layout)
    {
        _tiling = tiling;
        Cooperative = cooperative;
        Role = role;
        Depth = depth;
        Precision = precision;
        Layout = layout;
        Columns = packer.Columns;
        ChunkCount = packer.ChunkCount;
    }

    public string Role { get; }

    /// <summary>What it was packed for, in the plain form.</summary>
    /// <exception cref="InvalidOperationException">It is packed for cooperative matrices.</exception>
    public MatmulTiling Tiling => _tiling ?? throw new InvalidOperationException($"'{Role}' is packed for cooperative matrices");

    /// <summary>What it was packed for, in the form for cooperative matrices; null in the plain form.</summary>
    public CooperativeTiling? Cooperative { get; }

    /// <summary>Packed rows that lie side by side.</summary>
    private int Lanes => _tiling?.Lanes ?? Cooperative!.Shape.Columns;

    private int PreferredPanelBlocks => _tiling?.PreferredPanelBlocks ?? Cooperative!.PreferredPanelBlocks;

    /// <summary>Columns of y: N, F for the 2F rows of gate and up, or the N / 2 pairs of <see cref="MatrixLayout.Pairs"/>.</summary>
    public int Columns { get; }

    /// <summary>K, before padding.</summary>
    public int Depth { get; }

    /// <summary>Chunks of 8 along K.</summary>
    public int ChunkCount { get; }

    public WeightPrecision Precision { get; }

    public MatrixLayout Layout { get; }

    public IReadOnlyList<MatrixPanel> Panels => _panels;

    /// <summary>Bytes on the device.</summary>
    public ulong Bytes => _panels.Aggregate(0UL, (sum, panel) => sum + panel.Buffer.Size);

    /// <summary>Bytes of memory behind them: the driver may round each panel up.</summary>
    public ulong MemoryBytes => _panels.Aggregate(0UL, (sum, panel) => sum + panel.Buffer.MemoryBytes);

    /// <summary>Converts and uploads a matrix, in parallel and piece by piece: it is never held in memory as a whole.</summary>
    /// <param name="device">The device.</param>
    /// <param name="role">Name of the buffers, and of the matrix in messages.</param>
    /// <param name="source">The weights, row n giving column n of y.</param>
    /// <param name="precision">How they are stored.</param>
    /// <param name="layout">Gate and up projections for SwiGLU are packed alternately, as are the members of pairs.</param>
    /// <param name="tiling">The plain form with this tiling; null: the device's own form for the precision.</param>
    /// <exception cref="DeviceException">Out of memory, or one block of rows exceeds what the device can bind.</exception>
    /// <exception cref="InvalidRequestException">A weight is too large for the precision.</exception>
    public static PackedMatrix Create(
        VulkanDevice device,
        string role,
        MatrixSource source,
        WeightPrecision precision,
        MatrixLayout layout = MatrixLayout.Plain,
        MatmulTiling? tiling = null)
    {
        if (source.Rows < 1 || source.Columns < 1 || source.Rows % MatrixPacker.BlocksPerColumn(layout) != 0)
        {
            throw new ArgumentException($"'{role}' is {source.Rows} x {source.Columns}; gate and up, and pairs, need an even number of rows", nameof(source));
        }

        var cooperative = tiling is null ? CooperativeTiling.For(device.Profile, precision) : null;
        tiling ??= cooperative is null ? MatmulTiling.For(device.Profile, precision) : null;
        var packer = cooperative is null
            ? new MatrixPacker(source, precision, layout, tiling!.Lanes)
            : new MatrixPacker(source, precision, layout, cooperative.Shape.Columns, cooperative.UnitRun);
        var matrix = new PackedMatrix(packer, tiling, cooperative, role, source.Columns, precision, layout);
        try
        {
            matrix.Upload(device, packer);
            return matrix;
        }
        catch
        {
            matrix.Dispose();
            throw;
        }
    }

    /// <summary>A matrix of float32 zeros that <see cref="PackRowsKernel"/> fills on the device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="role">Name of the buffers, and of the matrix in messages.</param>
    /// <param name="rows">N.</param>
    /// <param name="depth">K.</param>
    /// <exception cref="DeviceException">Out of memory, or one block of rows exceeds what the device can bind.</exception>
    public static PackedMatrix Allocate(VulkanDevice device, string role, int rows, int depth)
    {
        var tiling = MatmulTiling.For(device.Profile);
        var packer = new MatrixPacker(new ZeroRows(rows, depth), WeightPrecision.Float32, MatrixLayout.Plain, tiling.Lanes);
        var matrix = new PackedMatrix(packer, tiling, cooperative: null, role, depth, WeightPrecision.Float32, MatrixLayout.Plain);
        try
        {
            foreach (var _ in matrix.AddPanels(device, packer, zeroed: true))
            {
                // Each panel is created as it is asked for.
            }

            return matrix;
        }
        catch
        {
            matrix.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var panel in _panels)
        {
            panel.Buffer.Dispose();
        }

        _panels.Clear();
    }

    private void Upload(VulkanDevice device, MatrixPacker packer)
    {
        foreach (var panel in AddPanels(device, packer, zeroed: false))
        {
            device.Uploads.Upload(panel.Buffer, 0, panel.Buffer.Size, (offset, chunk) =>
            {
                if (!packer.Fill(panel.FirstBlock, (long)offset, chunk))
                {
                    throw new InvalidRequestException(
                        $"a weight of '{Role}' is outside the range of {Precision}: use another precision (float32 or bfloat16 hold it)");
                }
            });
        }
    }

    private IEnumerable<MatrixPanel> AddPanels(VulkanDevice device, MatrixPacker packer, bool zeroed)
    {
        var blocksPerPanel = BlocksPerPanel(device.Profile, packer);
        var blocksPerColumnGroup = MatrixPacker.BlocksPerColumn(Layout);
        for (var first = 0; first < packer.BlockCount; first += blocksPerPanel)
        {
            var blocks = Math.Min(blocksPerPanel, packer.BlockCount - first);
            var name = blocks == packer.BlockCount ? Role : $"{Role} panel {_panels.Count}";
            var bytes = (ulong)blocks * (ulong)packer.BlockBytes;
            var firstColumn = first / blocksPerColumnGroup * Lanes;
            var columns = Math.Min(blocks / blocksPerColumnGroup * Lanes, packer.Columns - firstColumn);
            _panels.Add(new MatrixPanel(device.CreateBuffer(name, bytes, BufferUse.Texel, zeroed), first, blocks, firstColumn, columns));
            yield return _panels[^1];
        }
    }

    private int BlocksPerPanel(DeviceProfile profile, MatrixPacker packer)
    {
        var limit = Math.Min(profile.MaxStorageBufferRange, profile.MaxAllocationSize);
        if (_tiling is not null && profile.WeightLoadPath == LoadPath.Texel)
        {
            limit = Math.Min(limit, profile.MaxTexelBufferElements * 16UL);
        }

        var blocks = (int)Math.Min(limit / (ulong)packer.BlockBytes, int.MaxValue);
        // Gate and up of one column stay together, and the members of a pair.
        var granule = blocks >= PreferredPanelBlocks ? PreferredPanelBlocks : MatrixPacker.BlocksPerColumn(Layout);
        blocks -= blocks % granule;
        if (blocks == 0)
        {
            throw new DeviceException(
                $"{granule} x {Lanes} rows of '{Role}' have {granule * packer.BlockBytes} bytes, {profile.Name} binds at most {limit}: use half-precision weights");
        }

        return Math.Min(blocks, packer.BlockCount);
    }
}
