using System.Runtime.InteropServices;

namespace NarVulkan.Vulkan;

/// <summary>
/// Decides from declared reads and writes where a barrier must stand. It remembers what commands did since the last
/// barrier; a command that reads what was written, writes what was read or writes what was written must wait.
/// A barrier covers all earlier commands, so it empties the memory. Pure logic, no Vulkan.
/// </summary>
internal sealed class HazardTracker
{
    private readonly Dictionary<ulong, List<Range>> _since = [];
    // Lists of buffers that were forgotten: staged uploads, part of every replay, track hazards too and must not allocate.
    private readonly Stack<List<Range>> _spare = [];
    private readonly List<BufferAccess> _together = [];
    private bool _gathering;

    /// <summary>Whether these accesses must wait for something done since the last barrier; two reads never do.</summary>
    public bool Conflicts(ReadOnlySpan<BufferAccess> accesses)
    {
        foreach (var access in accesses)
        {
            if (!_since.TryGetValue(access.Buffer, out var ranges))
            {
                continue;
            }

            foreach (var range in ranges)
            {
                if (range.Begin < access.End && access.Begin < range.End && (range.Writes || access.Writes))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// The commands that follow touch nothing of each other's, though their ranges may overlap: parts of one product write
    /// columns of the same rows. None waits for another until <see cref="EndTogether"/>.
    /// </summary>
    public void BeginTogether() => _gathering = true;

    /// <summary>Ends <see cref="BeginTogether"/>.</summary>
    public void EndTogether()
    {
        _gathering = false;
        foreach (var access in _together)
        {
            Add(access);
        }

        _together.Clear();
    }

    /// <summary>Registers the accesses of the next command; true when a barrier must come before it.</summary>
    public bool Track(ReadOnlySpan<BufferAccess> accesses)
    {
        var barrier = Conflicts(accesses);
        if (barrier)
        {
            Clear();
        }

        foreach (var access in accesses)
        {
            if (_gathering)
            {
                _together.Add(access);
            }
            else
            {
                Add(access);
            }
        }

        return barrier;
    }

    /// <summary>A barrier was placed: everything before it is settled.</summary>
    public void Clear()
    {
        foreach (var ranges in _since.Values)
        {
            ranges.Clear();
            _spare.Push(ranges);
        }

        _since.Clear();
        _together.Clear();
    }

    private void Add(BufferAccess access)
    {
        if (access.Begin >= access.End || !(access.Reads || access.Writes))
        {
            return;
        }

        ref var ranges = ref CollectionsMarshal.GetValueRefOrAddDefault(_since, access.Buffer, out _);
        ranges ??= _spare.TryPop(out var spare) ? spare : [];
        var added = new Range(access.Begin, access.End, access.Writes);
        // Whole-buffer reads repeat over and over; keep one of each.
        if (!ranges.Contains(added))
        {
            ranges.Add(added);
        }
    }

    private readonly record struct Range(ulong Begin, ulong End, bool Writes);
}
