using System.Buffers.Binary;
using System.Text;

namespace NarVulkan.Text;

/// <summary>
/// The fields of a message in protobuf's wire format (protobuf.dev/programming-guides/encoding): a varint with number and type, then a varint, four or eight
/// bytes, or a length and as many bytes. Nothing is copied; groups, which nobody writes any more, are refused.
/// </summary>
/// <param name="bytes">The message; hostile.</param>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> rest = bytes;
    private ulong value;
    private ReadOnlySpan<byte> data;

    /// <summary>The number of the field that was read last.</summary>
    public int Field { get; private set; }

    private WireType Type { get; set; }

    /// <summary>Goes to the next field; false at the end of the message.</summary>
    /// <exception cref="FormatException">The bytes are no message.</exception>
    public bool Next()
    {
        if (rest.IsEmpty)
        {
            return false;
        }
        ulong tag = Varint();
        if (tag >> 3 is 0 or > 0x1FFFFFFF)
        {
            throw new FormatException("it has a field with an impossible number");
        }
        Field = (int)(tag >> 3);
        Type = (WireType)(tag & 7);
        switch (Type)
        {
            case WireType.Varint:
                value = Varint();
                break;
            case WireType.Fixed64:
                value = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case WireType.Bytes:
                data = Take(Varint());
                break;
            case WireType.Fixed32:
                value = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new FormatException($"field {Field} has the unknown wire type {(int)Type}");
        }
        return true;
    }

    /// <summary>The field as bytes: a string, or a message.</summary>
    /// <exception cref="FormatException">The field is a number.</exception>
    public readonly ReadOnlySpan<byte> Bytes() => Type == WireType.Bytes ? data : throw Unexpected("bytes");

    /// <summary>The field as text.</summary>
    /// <exception cref="FormatException">The field is a number, or no valid UTF-8.</exception>
    public readonly string Text()
    {
        try
        {
            return Strict.GetString(Bytes());
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"field {Field} is no valid UTF-8", e);
        }
    }

    /// <summary>The field as a whole number; too large ones lose their upper bits, as protobuf has it.</summary>
    /// <exception cref="FormatException">The field is no varint.</exception>
    public readonly int Int32() => Type == WireType.Varint ? (int)value : throw Unexpected("a whole number");

    /// <exception cref="FormatException">The field is no varint.</exception>
    public readonly bool Bool() => Type == WireType.Varint ? value != 0 : throw Unexpected("true or false");

    /// <exception cref="FormatException">The field is no float32.</exception>
    public readonly float Float() => Type == WireType.Fixed32 ? BitConverter.UInt32BitsToSingle((uint)value) : throw Unexpected("a float32");

    private readonly FormatException Unexpected(string kind) => new($"field {Field} should be {kind}");

    private ulong Varint()
    {
        ulong result = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte next = Take(1)[0];
            result |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return result;
            }
        }
        throw new FormatException("it has a number of more than ten bytes");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)rest.Length)
        {
            throw new FormatException("it ends within a field");
        }
        ReadOnlySpan<byte> taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }
}
