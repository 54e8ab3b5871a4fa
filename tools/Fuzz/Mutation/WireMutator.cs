using System.Buffers.Binary;

namespace NarVulkan.Fuzz.Mutation;

/// <summary>Changes a protobuf message field by field, with lengths that fit, so that most of it still parses.</summary>
internal static class WireMutator
{
    private const int Deepest = 4;

    /// <summary>One to three changes; what is no message is damaged byte by byte.</summary>
    public static byte[] Mutate(ReadOnlySpan<byte> message, FuzzRandom random, int depth = 0)
    {
        if (!TrySplit(message, out List<(int Tag, byte[] Value)> fields) || fields.Count == 0)
        {
            return ByteMutator.Mutate(message, random);
        }
        for (int changes = 1 + random.Below(3); changes > 0 && fields.Count > 0; changes--)
        {
            int at = random.Below(fields.Count);
            (int tag, byte[] value) = fields[at];
            switch (random.Below(6))
            {
                case 0: fields.RemoveAt(at); break;
                case 1: fields.Insert(random.Below(fields.Count), (tag, value)); break;
                case 2: fields[at] = ((1 + random.Below(50)) << 3 | (tag & 7), value); break;
                case 3 when (tag & 7) == 2: fields[at] = (tag, ByteMutator.Mutate(value, random)); break;
                default: fields[at] = (tag, (tag & 7) == 2 ? depth < Deepest ? Mutate(value, random, depth + 1) : value : Number(tag & 7, random)); break;
            }
        }
        List<byte> result = [];
        foreach ((int tag, byte[] value) in fields)
        {
            Varint(result, (ulong)tag);
            if ((tag & 7) == 2)
            {
                Varint(result, (ulong)value.Length);
            }
            result.AddRange(value);
        }
        return [.. result];
    }

    private static bool TrySplit(ReadOnlySpan<byte> message, out List<(int Tag, byte[] Value)> fields)
    {
        fields = [];
        while (!message.IsEmpty)
        {
            if (!TryVarint(ref message, out ulong tag, out _) || tag > int.MaxValue)
            {
                return false;
            }
            ulong length = (tag & 7) switch { 1 => 8, 5 => 4, _ => 0 };
            byte[] number = [];
            bool read = (tag & 7) switch { 0 => TryVarint(ref message, out _, out number), 2 => TryVarint(ref message, out length, out _), 1 or 5 => true, _ => false };
            if (!read || length > (ulong)message.Length)
            {
                return false;
            }
            fields.Add(((int)tag, (tag & 7) == 0 ? number : message[..(int)length].ToArray()));
            message = message[(int)length..];
        }
        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> message, out ulong value, out byte[] bytes)
    {
        value = 0;
        for (int i = 0; i < 10 && i < message.Length; i++)
        {
            value |= (ulong)(message[i] & 0x7F) << (7 * i);
            if (message[i] < 0x80)
            {
                bytes = message[..(i + 1)].ToArray();
                message = message[(i + 1)..];
                return true;
            }
        }
        bytes = [];
        return false;
    }

    private static byte[] Number(int type, FuzzRandom random)
    {
        long number = random.OneIn(2) ? random.Below(8) : Interesting.Number(random);
        List<byte> bytes = [];
        if (type == 0)
        {
            Varint(bytes, (ulong)number);
            return [.. bytes];
        }
        byte[] fixedSize = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(fixedSize, number);
        if (type == 5)
        {
            BinaryPrimitives.WriteSingleLittleEndian(fixedSize, random.Pick([0f, -1f, 1e30f, float.NaN, float.NegativeInfinity, float.MaxValue, -float.MaxValue]));
        }
        return fixedSize[..(type == 5 ? 4 : 8)];
    }

    private static void Varint(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }
        bytes.Add((byte)value);
    }
}
