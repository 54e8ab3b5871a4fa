using NarVulkan.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>
/// How attention is laid out on a device, for a head size. All but <see cref="Tiles"/> decides in which order a row is
/// summed.
/// </summary>
/// <param name="Layout">Who takes which key.</param>
/// <param name="Lanes">Invocations of a workgroup. Without blocks each takes every so-many-th key.</param>
/// <param name="KeysPerQuad">With blocks: keys of a block that four lanes score; a block has Lanes / 4 times as many.</param>
/// <param name="Shuffle">Lanes exchange what they have by subgroup shuffles where the variant can, instead of through shared memory.</param>
/// <param name="Tiles">Rows of a sequence that a workgroup takes, by what a step has.</param>
internal sealed record AttentionTiling(AttentionLayout Layout, int Lanes, int KeysPerQuad, bool Shuffle, AttentionTile[] Tiles)
{
    private const int SmallHead = 64;
    private const int SoftwareLanes = 8;

    // The least that devices have (maxComputeWorkGroupInvocations), and what GPUs do have.
    private const uint FewInvocations = 128, ManyInvocations = 256;

    // An exchange within four lanes stays in a subgroup of at least four; 32 lanes are the least of NVIDIA's and AMD's RDNA.
    private const uint QuadLanes = 4, CommonSubgroup = 32;

    /// <summary>
    /// Eight lanes are a vector of llvmpipe on AVX; the ladder is in attention.comp. A part-filled tile costs as much as a full one; with shuffles
    /// fetches are most of its time, so that four rows cost less than twice one.
    /// </summary>
    public static AttentionTiling Software(int headSize, bool shuffle)
    {
        AttentionTile[] shuffled = headSize <= SmallHead ? [new(1, 1), new(2, 4), new(5, 8)] : [new(1, 1), new(2, 4)];
        return new(AttentionLayout.Lanes, SoftwareLanes, 0, shuffle, shuffle ? shuffled : [new(1, 1), new(3, headSize <= SmallHead ? 4 : 2)]);
    }

    /// <summary>
    /// For software drivers without large texel buffers, of which SwiftShader is the known one: there it matters most that
    /// sizes are known when the shader is compiled. More rows would be faster still, and take as much longer to compile.
    /// </summary>
    public static AttentionTiling SoftwareStorage(int headSize) => headSize switch
    {
        32 => new(AttentionLayout.FixedLanes, SoftwareLanes, 0, Shuffle: false, [new(1, 4)]),
        64 => new(AttentionLayout.FixedLanes, SoftwareLanes, 0, Shuffle: false, [new(1, 2)]),
        _ => Software(headSize, shuffle: false),
    };

    /// <summary>
    /// Blocks of 128 keys by 256 lanes, or of 64. Many rows in a tile read each key for all of them; few tiles leave a GPU
    /// idle, and what sixteen rows gain shows in a tokenizer's thousands only. Shared memory: under 16 KiB
    /// (<see cref="SharedBytes"/>).
    /// </summary>
    /// <param name="headSize">D.</param>
    /// <param name="invocations">Invocations that a workgroup can have.</param>
    /// <param name="narrowestSubgroup">Lanes of the smallest subgroups.</param>
    /// <param name="shuffle">Lanes can read each other's registers.</param>
    public static AttentionTiling Gpu(int headSize, uint invocations, uint narrowestSubgroup, bool shuffle)
    {
        shuffle &= narrowestSubgroup >= QuadLanes;
        // GPUs that also run narrow subgroups (Intel's: 8 to 32) do so to have registers enough for each lane, and those with
        // 64 lanes only (AMD's GCN) have few for each: two keys leave them one subgroup to a SIMD unit, one key two.
        var fewRegisters = narrowestSubgroup != CommonSubgroup;
        // A large head's key takes as many registers as two of 64.
        var keys = fewRegisters || headSize > SmallHead ? 1 : 2;
        // Without shuffles four lanes leave a sum each, in four times the memory.
        var lanes = shuffle && invocations >= ManyInvocations ? ManyInvocations : FewInvocations;
        AttentionTile[] few = [new(1, 1), new(2, 4), new(5, 8)];
        return new(AttentionLayout.Blocks, (int)lanes, keys, shuffle, shuffle && !fewRegisters && headSize <= SmallHead ? [.. few, new(128, 16)] : few);
    }

    /// <summary>On cooperative matrices.</summary>
    public static AttentionTiling Cooperative(AttentionMatrices matrices) =>
        new(AttentionLayout.Cooperative, matrices.Lanes, 0, Shuffle: false, [new(1, matrices.Rows)]) { Matrices = matrices };

    /// <summary>
    /// A device's own, for so many rows of a sequence: on cooperative matrices where it has them and there are rows enough. The forms sum in different
    /// orders, so a row's bits depend on how many rows of its sequence are fed with it. That is for a step of the schedule to say, never for the batch.
    /// </summary>
    public static AttentionTiling For(DeviceProfile profile, int headSize, int rowsPerSequence) =>
        AttentionMatrices.For(profile, headSize, rowsPerSequence) is { } matrices && rowsPerSequence >= matrices.FewestRows
            ? Cooperative(matrices)
            : Plain(profile, headSize);

    /// <summary>Without cooperative matrices.</summary>
    public static AttentionTiling Plain(DeviceProfile profile, int headSize) => profile switch
    {
        { IsSoftware: false } => Gpu(headSize, profile.MaxWorkgroupInvocations, profile.MinSubgroupSize, profile.SubgroupShuffle),
        { ActivationLoadPath: LoadPath.Storage } => SoftwareStorage(headSize),
        // Exactly a subgroup: the lanes are then sure to be in one.
        _ => Software(headSize, profile.ShufflesEightLanes),
    };

    /// <summary>With <see cref="AttentionLayout.Cooperative"/>: how it lies on them.</summary>
    public AttentionMatrices? Matrices { get; private init; }

    /// <summary>The size of subgroups that the workgroup is made of; 0: what the driver prefers.</summary>
    public uint SubgroupSize => (uint)(Matrices?.Shape.SubgroupSize ?? 0);

    /// <summary>Rows of a workgroup.</summary>
    public int Rows(int rowsPerSequence) => Tiles.Last(tile => tile.FromRows <= Math.Max(rowsPerSequence, 1)).Rows;

    /// <summary>The shader; shuffles without blocks go with texels only.</summary>
    public AttentionVariant Variant(LoadPath path, int headSize) => Layout switch
    {
        AttentionLayout.Cooperative => AttentionVariant.Cooperative,
        AttentionLayout.Blocks => Shuffle ? AttentionVariant.BlocksShuffle : AttentionVariant.Blocks,
        AttentionLayout.FixedLanes => headSize == 32 ? AttentionVariant.Storage32 : AttentionVariant.Storage64,
        _ when path != LoadPath.Texel => AttentionVariant.Storage,
        _ => Shuffle ? AttentionVariant.TexelShuffle : AttentionVariant.Texel,
    };

    /// <summary>Values of the shader's specialisation constants; one of a fixed size has no use for rows and head size.</summary>
    public uint[] Constants(int rows, int headSize, bool masked, bool biased)
    {
        if (Matrices is { } matrices)
        {
            return matrices.Constants(headSize, masked, biased);
        }

        uint[] constants = [(uint)Lanes, (uint)rows, (uint)headSize / 4, masked ? 1u : 0u, biased ? 1u : 0u];
        return Layout == AttentionLayout.Blocks ? [.. constants, (uint)KeysPerQuad] : constants;
    }

    /// <summary>Bytes of shared memory that a workgroup of the variant without texels takes, as the shader declares them.</summary>
    public int SharedBytes(int rows, int headSize)
    {
        const int Quad = 4 * sizeof(float);
        if (Matrices is { } matrices)
        {
            return matrices.SharedBytes(headSize);
        }

        if (Layout != AttentionLayout.Blocks)
        {
            return Lanes * (2 + headSize) * sizeof(float);
        }

        var block = Lanes / 4 * KeysPerQuad;
        var stride = !Shuffle ? 4 * rows : rows < 4 ? rows : rows + 4;
        var scratch = Math.Max(Lanes, (block * stride + 3) / 4);
        return (rows * headSize / 4 + scratch + 2 * rows + 2 * ((rows + 3) / 4)) * Quad;
    }
}
