using System.Runtime.CompilerServices;
using NarVulkan.Vulkan;
using Silk.NET.Vulkan;

namespace NarVulkan.Kernels;

/// <summary>
/// Softmax attention over a cache of keys and values: <c>shaders/attention.comp</c>. A row's result is the same, bit for
/// bit, whatever the number of sequences in the dispatch, and whatever the number of rows that go by the same tiling.
/// </summary>
internal sealed class AttentionKernel(VulkanDevice device, Func<AttentionShape, AttentionTiling> tilingFor)
{
    /// <summary>Elements of a head that the shader's registers hold.</summary>
    internal const int LargestHead = 128;

    // The own key of no row: far beyond every slot.
    private const uint NoKey = 1u << 30;

    /// <summary>With the device's own tiling.</summary>
    public AttentionKernel(VulkanDevice device)
        : this(device, shape => AttentionTiling.For(device.Profile, shape.HeadSize, shape.RowsPerSequence))
    {
    }

    /// <summary>The shader of a variant.</summary>
    public static ShaderDescription Shader(AttentionVariant variant)
    {
        var texel = variant is AttentionVariant.Texel or AttentionVariant.TexelShuffle;
        var read = new BindingDeclaration(texel ? BindingAccess.UniformTexel : BindingAccess.StorageRead);
        var name = variant switch
        {
            AttentionVariant.Texel => "texel",
            AttentionVariant.TexelShuffle => "texel-shuffle",
            AttentionVariant.Storage => "storage",
            AttentionVariant.Storage32 => "storage-32",
            AttentionVariant.Storage64 => "storage-64",
            AttentionVariant.Blocks => "blocks",
            AttentionVariant.BlocksShuffle => "blocks-shuffle",
            _ => "cooperative",
        };
        return new ShaderDescription(
            "attention",
            name,
            [read, read, read, new(BindingAccess.StorageWrite), new(BindingAccess.StorageRead), new(BindingAccess.StorageRead)],
            (uint)Unsafe.SizeOf<AttentionParameters>());
    }

    /// <summary>output[m, h] = softmax(q[m, h] k^T / sqrt(D) + bias) v over the visible keys; zeros for a row that sees none.</summary>
    /// <param name="recorder">Where it is recorded.</param>
    /// <param name="q">Float32; row m = sequence * RowsPerSequence + i starts at qOffset + m * qRowStride, head h of it D * h further on. Both multiples of 4.</param>
    /// <param name="keys">Float32 [sequences, heads, capacity, D].</param>
    /// <param name="values">Float32 [sequences, heads, capacity, D].</param>
    /// <param name="output">Float32 [M, heads * D].</param>
    /// <param name="shape">Sizes and visibility.</param>
    /// <param name="mask">uint32 [cache sequences, shape.MaskWords]: bit k % 32 of word k / 32 is set where key k is visible; null where no key is masked.</param>
    /// <param name="biases">Float32 [heads, shape.BiasStride]; null where the shape has no <see cref="AttentionShape.BiasReach"/>.</param>
    public void Record(
        CommandRecorder recorder,
        DeviceBuffer q,
        uint qOffset,
        uint qRowStride,
        DeviceBuffer keys,
        DeviceBuffer values,
        DeviceBuffer output,
        in AttentionShape shape,
        DeviceBuffer? mask = null,
        DeviceBuffer? biases = null)
    {
        if ((mask is null) != (shape.MaskedKeys == 0))
        {
            throw new ArgumentException($"attention with {shape.MaskedKeys} masked keys and {(mask is null ? "no" : "a")} mask", nameof(mask));
        }

        if ((biases is null) != (shape.BiasReach is null))
        {
            throw new ArgumentException($"attention with {shape.BiasStride} position biases a head and {(biases is null ? "no" : "a")} buffer of them", nameof(biases));
        }

        Check(shape, qOffset, qRowStride);
        var tiling = tilingFor(shape);
        var path = tiling.Layout == AttentionLayout.Lanes ? ChoosePath(q, keys, values) : LoadPath.Storage;
        var format = path == LoadPath.Texel ? Format.R32G32B32A32Sfloat : default;
        var hiddenEnd = Math.Min(shape.HiddenEnd, shape.KeyCount);
        var hiddenBegin = Math.Min(shape.HiddenBegin, hiddenEnd);
        var visible = shape.KeyCount - (hiddenEnd - hiddenBegin);
        var parameters = new AttentionParameters
        {
            QOffset = qOffset,
            QRowStride = qRowStride,
            RowsPerSequence = (uint)shape.RowsPerSequence,
            SequenceStride = (uint)shape.SequenceStride,
            Heads = (uint)shape.Heads,
            Capacity = (uint)shape.Capacity,
            VisibleKeys = (uint)visible,
            HiddenBegin = (uint)hiddenBegin,
            HiddenCount = (uint)(hiddenEnd - hiddenBegin),
            Causal = shape.Causal ? 1u : 0u,
            CausalFirstKey = shape.OwnKeyMasked ? NoKey : (uint)shape.CausalFirstKey,
            Scale = shape.Unscaled ? 1f : (float)(1.0 / Math.Sqrt(shape.HeadSize)),
            MaskedKeys = (uint)shape.MaskedKeys,
            MaskWords = (uint)shape.MaskWords,
            BiasFirst = unchecked((uint)((shape.BiasReach ?? 0) - shape.CausalFirstKey)),
            BiasStride = (uint)shape.BiasStride,
        };
        var rows = (ulong)shape.Sequences * (ulong)shape.RowsPerSequence;
        var outputBytes = rows * (ulong)(shape.Heads * shape.HeadSize) * sizeof(float);
        var tileRows = (uint)tiling.Rows(shape.RowsPerSequence);
        recorder.Dispatch(
            device.Pipelines.Get(Shader(tiling.Variant(path, shape.HeadSize)), tiling.Constants((int)tileRows, shape.HeadSize, mask is not null, biases is not null), tiling.SubgroupSize),
            // Without a mask or biases their bindings are not read, but must hold something that every device can bind.
            [
                new(q, TexelFormat: format), new(keys, TexelFormat: format), new(values, TexelFormat: format), new(output, 0, outputBytes),
                mask is null ? new(q, 0, 16) : new(mask), biases is null ? new(q, 0, 16) : new(biases),
            ],
            parameters,
            ((uint)shape.RowsPerSequence + tileRows - 1) / tileRows,
            (uint)shape.Heads,
            (uint)shape.Sequences,
            work: 2.0 * rows * shape.Heads * shape.HeadSize * visible);
    }

    private static void Check(in AttentionShape shape, uint qOffset, uint qRowStride)
    {
        if (shape.HeadSize % 4 != 0 || shape.HeadSize is < 4 or > LargestHead)
        {
            throw new ArgumentException($"attention heads of {shape.HeadSize} are not supported: a multiple of 4 up to {LargestHead} is", nameof(shape));
        }

        if (qOffset % 4 != 0 || qRowStride % 4 != 0)
        {
            throw new ArgumentException($"queries at {qOffset} + {qRowStride} are not on multiples of 4 floats", nameof(qOffset));
        }

        if (shape.KeyCount > shape.Capacity || shape.KeyCount < 0 || shape.HiddenBegin < 0 || shape.HiddenBegin > shape.HiddenEnd || shape.CausalFirstKey < 0 || shape.MaskedKeys < 0)
        {
            throw new ArgumentException(
                $"attention over {shape.KeyCount} of {shape.Capacity} keys without [{shape.HiddenBegin}, {shape.HiddenEnd}) makes no sense", nameof(shape));
        }

        if (shape.OwnKeyMasked && shape.Causal)
        {
            throw new ArgumentException("causal attention knows rows by their own key, which cannot be hidden from them", nameof(shape));
        }

        if (shape.BiasReach is { } reach && Math.Max(shape.CausalFirstKey + shape.RowsPerSequence - 1, shape.KeyCount - 1 - shape.CausalFirstKey) > reach)
        {
            throw new ArgumentException(
                $"position biases up to distance {reach} do not reach from {shape.RowsPerSequence} rows from {shape.CausalFirstKey} on to all of {shape.KeyCount} keys", nameof(shape));
        }
    }

    private LoadPath ChoosePath(params ReadOnlySpan<DeviceBuffer> buffers)
    {
        if (device.Profile.ActivationLoadPath != LoadPath.Texel)
        {
            return LoadPath.Storage;
        }

        foreach (var buffer in buffers)
        {
            if (buffer.Use != BufferUse.Texel || !buffer.FitsTexelView(Format.R32G32B32A32Sfloat))
            {
                return LoadPath.Storage;
            }
        }

        return LoadPath.Texel;
    }
}
