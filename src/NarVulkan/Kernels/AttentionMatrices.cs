using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>How attention lies on cooperative matrices: <c>shaders/shared/attention_cooperative.glsl</c>. All of it but the tiles decides in which order a row is summed.</summary>
/// <param name="Shape">The device's matrices.</param>
/// <param name="Parts">Halfs that make one query, key, weight or value: 1 or 2.</param>
/// <param name="Subgroups">Of a workgroup; each has <c>Shape.Columns</c> keys of a block.</param>
/// <param name="RowTiles">Tiles of rows of a workgroup.</param>
internal sealed record AttentionMatrices(CooperativeMatrixShape Shape, int Parts, int Subgroups, int RowTiles)
{
    private const int PadQuads = 2;
    private const int HalfQuad = 4 * sizeof(ushort), Quad = 4 * sizeof(float);

    // More leaves room for one workgroup where there should be two.
    private const uint UsefulSharedBytes = 48 << 10;

    // What two tiles of rows save, keys staged once for both, shows where there are workgroups enough: with a tokenizer's rows.
    private const int ManyRows = 128;

    // Long blocks first: eight subgroups come by as many barriers as four, in half as many blocks.
    private static readonly (int Subgroups, int RowTiles)[] Few = [(8, 1), (4, 1), (2, 1), (1, 1)], Many = [(4, 2), (2, 2), .. Few];

    public int Lanes => Subgroups * Shape.SubgroupSize;

    /// <summary>Rows of a workgroup.</summary>
    public int Rows => RowTiles * Shape.Rows;

    /// <summary>Rows of a sequence from which on it pays: with half a tile or less most of what is multiplied is padding, and lanes that share keys are ahead.</summary>
    public int FewestRows => (Shape.Rows / 2) + 1;

    // Lanes that share a row's keys.
    private int Units => Lanes / Shape.Rows;

    private int Block => Subgroups * Shape.Columns;

    /// <summary>The form for so many rows of a sequence, or null: the device has no matrices, or none that suit heads of that size.</summary>
    public static AttentionMatrices? For(DeviceProfile profile, int headSize, int rowsPerSequence) =>
        profile.CooperativeMatrix is { } shape
            ? For(shape, profile.HalfActivations ? 1 : 2, profile.MaxWorkgroupInvocations, profile.MaxSharedMemoryBytes, headSize, rowsPerSequence)
            : null;

    /// <summary>The same for a shape and what a workgroup may have: invocations, and bytes of shared memory.</summary>
    public static AttentionMatrices? For(CooperativeMatrixShape shape, int parts, uint mostInvocations, uint mostSharedBytes, int headSize, int rowsPerSequence) =>
        (rowsPerSequence >= ManyRows ? Many : Few)
            .Select(form => new AttentionMatrices(shape, parts, form.Subgroups, form.RowTiles))
            .FirstOrDefault(matrices => matrices.Lanes <= mostInvocations && matrices.Suits(headSize) && matrices.SharedBytes(headSize) <= Math.Min(mostSharedBytes, UsefulSharedBytes));

    /// <summary>Shared memory of a workgroup, as the shader declares it.</summary>
    public int SharedBytes(int headSize)
    {
        var keyStaged = Shape.Columns * ((Shape.Depth / 4) + PadQuads);
        var valueStaged = Shape.Depth * ((Shape.Columns / 4) + PadQuads);
        var halfs = Parts * ((Rows * ((headSize / 4) + PadQuads)) + (Subgroups * Math.Max(keyStaged, valueStaged)) + (Rows * ((Block / 4) + PadQuads)));
        return (halfs * HalfQuad) + (Rows * ((Block / 4) + 1) * Quad) + (Rows * (Units + Shape.Columns) * sizeof(float));
    }

    /// <summary>Values of the shader's specialisation constants.</summary>
    public uint[] Constants(int headSize, bool masked, bool biased) =>
    [
        (uint)Lanes, (uint)Shape.SubgroupSize, (uint)Shape.Rows, (uint)Shape.Columns, (uint)Shape.Depth,
        (uint)RowTiles, (uint)headSize / 4, masked ? 1u : 0u, biased ? 1u : 0u, (uint)Parts,
    ];

    /// <summary>Whether all that the shader divides comes out even.</summary>
    private bool Suits(int headSize) =>
        headSize % Shape.Depth == 0 && headSize % Shape.Columns == 0
        && Lanes % Shape.Rows == 0 && Units >= 1 && Units <= Shape.SubgroupSize && Block / 4 % Units == 0
        // Where there are more subgroups than tiles of the head, each has the values of a part of the block.
        && Block / Math.Max(1, Subgroups / (headSize / Shape.Columns)) % Shape.Depth == 0
        && Shape.Columns * Shape.Depth / 4 % Shape.SubgroupSize == 0;
}
