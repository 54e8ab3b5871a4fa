using System.Buffers.Binary;

namespace NarVulkan.Fuzz.Mutation;

/// <summary>Damage that knows nothing of formats.</summary>
internal static class ByteMutator
{
    private const int Longest = 1 << 18;

    /// <summary>One to eight changes.</summary>
    public static byte[] Mutate(ReadOnlySpan<byte> input, FuzzRandom random, byte[]? other = null)
    {
        List<byte> bytes = [.. input];
        for (int changes = 1 + random.Below(random.OneIn(4) ? 8 : 2); changes > 0; changes--)
        {
            Change(bytes, random, other);
        }
        return [.. bytes.Take(Math.Max(Longest, input.Length))];
    }

    /// <summary>A piece of the input again and again, where it lies: lines, chunks and fields that are well-formed many times.</summary>
    public static byte[] Grow(ReadOnlySpan<byte> input, FuzzRandom random, int bytes)
    {
        if (input.Length == 0)
        {
            return new byte[bytes];
        }
        int start = random.Below(input.Length), length = 1 + random.Below(Math.Min(input.Length - start, 300));
        ReadOnlySpan<byte> line = input[start..];
        if (random.OneIn(2) && line.IndexOf((byte)'\n') is >= 0 and var begin && line[(begin + 1)..].IndexOf((byte)'\n') is >= 0 and var end)
        {
            (start, length) = (start + begin + 1, end + 1);
        }
        byte[] large = new byte[input.Length + (bytes / length + 1) * length];
        input[..start].CopyTo(large);
        for (int at = start; at < large.Length - (input.Length - start); at += length)
        {
            input.Slice(start, length).CopyTo(large.AsSpan(at));
        }
        input[start..].CopyTo(large.AsSpan(large.Length - (input.Length - start)));
        return large;
    }

    private static void Change(List<byte> bytes, FuzzRandom random, byte[]? other)
    {
        int at = Position(bytes.Count, random), length = Math.Min(1 + random.Below(random.OneIn(4) ? 200 : 12), bytes.Count - at);
        switch (random.Below(10))
        {
            case 0 when at < bytes.Count: bytes[at] ^= (byte)(1 << random.Below(8)); break;
            case 1 when at < bytes.Count: bytes[at] = random.Pick<byte>([0, 1, 0x7F, 0x80, 0xFF, (byte)'"', (byte)'.', (byte)'\n']); break;
            case 2 when at < bytes.Count: bytes[at] = (byte)random.Next(); break;
            case 3 or 4: Overwrite(bytes, at, Number(random, bytes.Count)); break;
            case 5: bytes.RemoveRange(at, length); break;
            case 6: bytes.InsertRange(Position(bytes.Count, random), bytes.GetRange(at, length)); break;
            case 7: bytes.InsertRange(at, Enumerable.Range(0, length).Select(_ => (byte)random.Next()).ToArray()); break;
            case 8 when random.OneIn(2): bytes.RemoveRange(at, bytes.Count - at); break;
            case 9 when other is { Length: > 0 }: bytes.InsertRange(at, other.Skip(random.Below(other.Length)).Take(1 + random.Below(200))); break;
        }
    }

    // Structure lies at both ends of most files.
    private static int Position(int length, FuzzRandom random) => random.Below(3) switch
    {
        0 => random.Below(Math.Min(length, 64)),
        1 => length - 1 - random.Below(Math.Min(length, 256)) is >= 0 and var position ? position : 0,
        _ => random.Below(length),
    };

    private static byte[] Number(FuzzRandom random, int length)
    {
        byte[] number = new byte[random.Pick([2, 4, 8])];
        Span<byte> whole = stackalloc byte[8];
        long value = Interesting.Number(random, length);
        if (random.OneIn(3))
        {
            BinaryPrimitives.WriteInt64BigEndian(whole, value);
            whole[^number.Length..].CopyTo(number);
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(whole, value);
            whole[..number.Length].CopyTo(number);
        }
        return number;
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] number)
    {
        for (int i = 0; i < number.Length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = number[i];
        }
    }
}
