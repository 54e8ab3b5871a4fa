namespace NarVulkan.Vulkan;

/// <summary>
/// Hands out ranges of one block of memory: first fit over a list of free ranges, neighbours merged when they come back.
/// Pure arithmetic; it holds no memory itself.
/// </summary>
internal sealed class MemoryArena
{
    private readonly SortedList<ulong, ulong> _free = [];

    public MemoryArena(ulong size)
    {
        Size = size;
        _free.Add(0, size);
    }

    public ulong Size { get; }

    public ulong UsedBytes { get; private set; }

    public bool IsEmpty => UsedBytes == 0;

    /// <summary>Takes a range; false when no free range is large enough at that alignment (a power of two).</summary>
    public bool TryTake(ulong bytes, ulong alignment, out ulong offset)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bytes);
        for (var i = 0; i < _free.Count; i++)
        {
            var begin = _free.GetKeyAtIndex(i);
            var length = _free.GetValueAtIndex(i);
            offset = AlignUp(begin, alignment);
            var lost = offset - begin;
            if (lost > length || length - lost < bytes)
            {
                continue;
            }

            _free.RemoveAt(i);
            if (lost > 0)
            {
                _free.Add(begin, lost);
            }

            if (length - lost > bytes)
            {
                _free.Add(offset + bytes, length - lost - bytes);
            }

            UsedBytes += bytes;
            return true;
        }

        offset = 0;
        return false;
    }

    /// <summary>Takes back a range that <see cref="TryTake"/> gave.</summary>
    public void Return(ulong offset, ulong bytes)
    {
        var end = offset + bytes;
        foreach (var (begin, length) in _free)
        {
            if (begin < end && offset < begin + length)
            {
                throw new InvalidOperationException($"range {offset}..{end} of a memory arena was returned twice");
            }
        }

        UsedBytes -= bytes;
        if (_free.Remove(end, out var after))
        {
            bytes += after;
        }

        for (var i = 0; i < _free.Count; i++)
        {
            var begin = _free.GetKeyAtIndex(i);
            if (begin + _free.GetValueAtIndex(i) == offset)
            {
                _free[begin] += bytes;
                return;
            }
        }

        _free.Add(offset, bytes);
    }

    public static ulong AlignUp(ulong value, ulong alignment) => (value + alignment - 1) & ~(alignment - 1);
}
