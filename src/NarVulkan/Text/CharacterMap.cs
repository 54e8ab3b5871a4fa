using System.Buffers.Binary;

namespace NarVulkan.Text;

/// <summary>
/// SentencePiece's precompiled map from characters to characters: the length of a trie in bytes, the trie, and the texts that its values
/// point into, each ended by a zero byte. The trie is a double array (S. Yata's Darts-clone): a unit of 32 bits is a child's label in bits 0 to 7, whether it has a
/// value (8), whether the offset to its children counts in 256s (9), and the offset (10 to 31); a value is a unit with bit 31 set.
/// Every step is checked: the file is hostile.
/// </summary>
internal sealed class CharacterMap
{
    /// <summary>Bytes of a rule's left side; those of NFKC have 18 at most. The time that a text takes is bounded by this.</summary>
    private const int LongestSource = 256;

    /// <summary>Bytes of a rule's right side; the longest of NFKC has 33. The growth of a text is bounded by this.</summary>
    private const int LongestTarget = 256;

    private readonly uint[] trie;
    private readonly byte[] targets;

    private CharacterMap(uint[] trie, byte[] targets)
    {
        this.trie = trie;
        this.targets = targets;
    }

    /// <param name="bytes">The map as stored; null for an empty one, which leaves all characters as they are.</param>
    /// <exception cref="FormatException">It is damaged.</exception>
    public static CharacterMap? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return null;
        }
        uint length = bytes.Length > 4 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : uint.MaxValue;
        if (length > bytes.Length - 4 || length % 4 != 0 || length == 0)
        {
            throw new FormatException("its map of characters is shorter than it says");
        }
        uint[] trie = new uint[length / 4];
        for (int i = 0; i < trie.Length; i++)
        {
            trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 + 4 * i)..]);
        }
        byte[] targets = bytes[(4 + (int)length)..].ToArray();
        for (int start = 0; start < targets.Length;)
        {
            int end = targets.AsSpan(start).IndexOf((byte)0);
            if (end < 0 || end > LongestTarget)
            {
                throw new FormatException(end < 0 ? "the last text of its map of characters has no end" : $"its map of characters has a text of {end} bytes, more than {LongestTarget}");
            }
            start += end + 1;
        }
        return new CharacterMap(trie, targets);
    }

    /// <summary>What the longest rule that a text begins with makes of it.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="length">The bytes that are replaced; 0 if no rule is for this text.</param>
    /// <returns>The bytes that replace them.</returns>
    public ReadOnlySpan<byte> Replace(ReadOnlySpan<byte> text, out int length)
    {
        length = 0;
        int value = -1;
        uint node = Offset(trie[0]);
        for (int i = 0; i < text.Length && i < LongestSource; i++)
        {
            node ^= text[i];
            // A value's bit 31 makes it differ from every label.
            if (node >= trie.Length || (trie[node] & 0x800000FF) != text[i])
            {
                break;
            }
            uint unit = trie[node];
            node ^= Offset(unit);
            if ((unit & 0x100) != 0 && node < trie.Length)
            {
                length = i + 1;
                value = (int)(trie[node] & 0x7FFFFFFF);
            }
        }
        if (length == 0 || value >= targets.Length)
        {
            length = 0;
            return default;
        }
        ReadOnlySpan<byte> target = targets.AsSpan(value);
        return target[..target.IndexOf((byte)0)];
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);
}
