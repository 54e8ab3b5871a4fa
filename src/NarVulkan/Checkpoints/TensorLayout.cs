using System.Collections.Immutable;

namespace NarVulkan.Checkpoints;

/// <summary>Where the elements of a tensor lie in its storage: shape, strides and offset, all in elements.</summary>
internal sealed class TensorLayout
{
    /// <summary>More dimensions than any model has; keeps index arithmetic on hostile shapes short.</summary>
    public const int MostDimensions = 16;

    private readonly ImmutableArray<long> strides;

    private TensorLayout(ImmutableArray<long> shape, ImmutableArray<long> strides, long offset, long elementCount)
    {
        this.strides = strides;
        Shape = shape;
        Offset = offset;
        ElementCount = elementCount;
        IsContiguous = elementCount == 0 || strides.AsSpan().SequenceEqual(RowMajorStrides(shape, strides));
    }

    public ImmutableArray<long> Shape { get; }

    /// <summary>Elements before the first one, from the start of the storage.</summary>
    public long Offset { get; }

    public long ElementCount { get; }

    public bool IsContiguous { get; }

    /// <summary>Elements from the first to the last in the storage, both included.</summary>
    public long Extent => ElementCount == 0 ? 0 : 1 + Shape.Zip(strides, (size, stride) => (size - 1) * stride).Sum();

    /// <summary>Number of elements of a shape; null if a size is negative or the product does not fit in 62 bits.</summary>
    public static long? CountElements(ReadOnlySpan<long> shape)
    {
        Int128 count = 1;
        bool empty = false;
        foreach (long size in shape)
        {
            if (size < 0)
            {
                return null;
            }
            // A zero anywhere makes the count zero, but must not hide an absurd size next to it.
            empty |= size == 0;
            count *= Math.Max(size, 1);
            if (count > long.MaxValue / 2)
            {
                return null;
            }
        }
        return empty ? 0 : (long)count;
    }

    /// <summary>A row-major layout at the start of its storage.</summary>
    public static TensorLayout RowMajor(ImmutableArray<long> shape, long elementCount)
        => new(shape, [.. RowMajorStrides(shape, null)], 0, elementCount);

    /// <summary>Checks a layout against a storage of <paramref name="storageElements"/>; returns what is wrong with it, or null.</summary>
    public static string? TryCreate(
        ImmutableArray<long> shape, ImmutableArray<long> strides, long offset, long storageElements, out TensorLayout? layout)
    {
        layout = null;
        if (shape.Length > MostDimensions)
        {
            return $"has {shape.Length} dimensions, but at most {MostDimensions} are supported";
        }
        if (shape.Length != strides.Length)
        {
            return $"has {shape.Length} sizes but {strides.Length} strides";
        }
        if (CountElements(shape.AsSpan()) is not { } count)
        {
            return $"has an impossible shape [{string.Join(", ", shape)}]";
        }
        if (offset < 0 || strides.Any(stride => stride < 0))
        {
            return "has a negative offset or stride";
        }
        // Overlapping elements (stride 0) would let a small file claim any amount of memory.
        if (count > storageElements)
        {
            return $"claims {count} elements, but its storage has {storageElements}{(strides.Contains(0) ? " (an expanded view: save its .contiguous())" : "")}";
        }
        Int128 last = offset;
        for (int i = 0; i < shape.Length && count > 0; i++)
        {
            last += (Int128)(shape[i] - 1) * strides[i];
        }
        if (count > 0 ? last >= storageElements : last > storageElements)
        {
            return $"reaches element {last} of a storage of {storageElements}";
        }
        layout = new TensorLayout(shape, strides, offset, count);
        return null;
    }

    /// <summary>Where row-major element <paramref name="index"/> lies in the storage, and how many follow it without a gap.</summary>
    public (long Element, long Run) RunAt(long index)
    {
        if (IsContiguous)
        {
            return (Offset + index, ElementCount - index);
        }
        long element = Offset;
        long run = 1;
        long rest = index;
        for (int i = Shape.Length - 1; i >= 0; i--)
        {
            long position = rest % Shape[i];
            rest /= Shape[i];
            element += position * strides[i];
            if (i == Shape.Length - 1 && strides[i] == 1)
            {
                run = Shape[i] - position;
            }
        }
        return (element, run);
    }

    // A dimension of size 1 is never stepped over, so its stride means nothing: it is taken as given.
    private static long[] RowMajorStrides(ImmutableArray<long> shape, ImmutableArray<long>? given)
    {
        long[] result = new long[shape.Length];
        long step = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            result[i] = shape[i] == 1 && given is { } strides ? strides[i] : step;
            step *= Math.Max(shape[i], 1);
        }
        return result;
    }
}
