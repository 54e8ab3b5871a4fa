using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>How attention lies on cooperative matrices: <c>shaders/shared/attention_cooperative.glsl</c>. All of it decides in which order a row is summed.</summary>
/// <param name="Shape">The device's matrices.</param>
/// <param name="Parts">Halfs that make one query, key, weight or value: 1 or 2.</param>
/// <param name="Subgroups">Of a workgroup; each has <c>Shape.Columns</c> keys of a block.</param>
internal sealed record AttentionMatrices(CooperativeMatrixShape Shape, int Parts, int Subgroups)
{
    private const int PadQuads = 2;
    private const int HalfQuad = 4 * sizeof(ushort), Quad = 4 * sizeof(float);

    // More leaves room for one workgroup where there should be two.
    private const uint UsefulSharedBytes = 48 << 10;

    public int Lanes => Subgroups * Shape.SubgroupSize;

    /// <summary>Keys of a block.</summary>
    public int Block => Subgroups * Shape.Columns;

    /// <summary>As many subgroups as the device has room for, or null: no shape of theirs suits heads of that size.</summary>
    public static AttentionMatrices? For(DeviceProfile profile, int headSize)
    {
        if (profile.CooperativeMatrix is not { } shape)
        {
            return null;
        }

        int[] subgroups = [4, 2, 1];
        return subgroups
            .Select(count => new AttentionMatrices(shape, profile.HalfActivations ? 1 : 2, count))
            .FirstOrDefault(matrices => matrices.Suits(headSize) && matrices.Fits(profile, 1, headSize));
    }

    /// <summary>Whether a workgroup of so many tiles of rows has room on the device.</summary>
    public bool Fits(DeviceProfile profile, int rowTiles, int headSize) =>
        Lanes <= profile.MaxWorkgroupInvocations && SharedBytes(rowTiles, headSize) <= Math.Min(profile.MaxSharedMemoryBytes, UsefulSharedBytes);

    /// <summary>Shared memory of a workgroup, as the shader declares it.</summary>
    public int SharedBytes(int rowTiles, int headSize)
    {
        var rows = rowTiles * Shape.Rows;
        var keyStaged = Shape.Columns * ((StagedTiles(headSize / Shape.Depth) * Shape.Depth / 4) + PadQuads);
        var valueStaged = StagedTiles(PartKeys(headSize) / Shape.Depth) * Shape.Depth * ((Shape.Columns / 4) + PadQuads);
        var halfs = Parts * ((rows * ((headSize / 4) + PadQuads)) + (Subgroups * Math.Max(keyStaged, valueStaged)) + (rows * ((Block / 4) + PadQuads)));
        return (halfs * HalfQuad) + (rows * ((Block / 4) + 1) * Quad) + (rows * (Units + Shape.Columns) * sizeof(float));
    }

    /// <summary>Values of the shader's specialisation constants.</summary>
    public uint[] Constants(int rows, int headSize, bool masked) =>
    [
        (uint)Lanes, (uint)Shape.SubgroupSize, (uint)Shape.Rows, (uint)Shape.Columns, (uint)Shape.Depth,
        (uint)(rows / Shape.Rows), (uint)headSize / 4, masked ? 1u : 0u, (uint)Parts,
    ];

    /// <summary>Lanes that share a row's keys.</summary>
    private int Units => Lanes / Shape.Rows;

    /// <summary>Tiles that are staged at a time, of so many.</summary>
    private static int StagedTiles(int tiles) => tiles % 2 == 0 ? 2 : 1;

    /// <summary>Keys of a block whose values a subgroup multiplies: all, or a part where there are more subgroups than tiles of the head.</summary>
    private int PartKeys(int headSize) => Block / Math.Max(1, Subgroups / (headSize / Shape.Columns));

    /// <summary>Whether all that the shader divides comes out even.</summary>
    private bool Suits(int headSize) =>
        headSize % Shape.Depth == 0 && headSize % Shape.Columns == 0
        && Lanes % Shape.Rows == 0 && Units is var units && units >= 1 && units <= Shape.SubgroupSize && Block / 4 % units == 0
        && PartKeys(headSize) % Shape.Depth == 0
        && Shape.Columns * Shape.Depth / 4 % Shape.SubgroupSize == 0;
}
