using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace NarVulkan.Cli.Commands;

/// <summary>What all conditions do with their rows of values.</summary>
internal static class RowValues
{
    /// <summary>Of [all rows, width] the rows that are wanted, in order: [wanted, width].</summary>
    public static T[] Pick<T>(T[] values, int allRows, IReadOnlyList<int> wanted)
    {
        int width = values.Length / allRows;
        T[] picked = new T[checked(wanted.Count * width)];
        for (int i = 0; i < wanted.Count; i++)
        {
            values.AsSpan(wanted[i] * width, width).CopyTo(picked.AsSpan(i * width, width));
        }
        return picked;
    }

    /// <summary>Adds values to a hash.</summary>
    public static void AddTo<T>(IncrementalHash hash, T[] values)
        where T : unmanaged
    {
        // A part at a time: the bytes of a large array are more than one span can hold.
        const int most = 1 << 20;
        for (int first = 0; first < values.Length; first += most)
        {
            hash.AppendData(MemoryMarshal.AsBytes<T>(values.AsSpan(first, Math.Min(most, values.Length - first))));
        }
    }
}
