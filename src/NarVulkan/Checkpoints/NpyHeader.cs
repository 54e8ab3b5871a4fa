using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace NarVulkan.Checkpoints;

/// <summary>
/// The header of a <c>.npy</c> file: magic, version, length and a Python dictionary as text.
/// Format: numpy.lib.format, versions 1.0 to 3.0.
/// </summary>
internal sealed record NpyHeader(NpyType Type, int[] Shape, int ByteLength)
{
    private const int Alignment = 64;

    /// <summary>Digits that NumPy reserves for the first size.</summary>
    private const int LongestSize = 21;

    /// <summary>NumPy refuses longer ones, too.</summary>
    private const int LongestText = 10_000;
    private const int MostDimensions = 32;

    /// <summary>Elements; null if there are more than one array can hold.</summary>
    public int? ElementCount => CountElements(Shape);

    /// <summary>Bytes of an element.</summary>
    public int ElementSize => SizeOf(Type);

    /// <summary>Reads the header at the start of a stream.</summary>
    /// <exception cref="FormatException">It is no supported header; the message says what is wrong and what to do.</exception>
    /// <exception cref="EndOfStreamException">The stream ends within it.</exception>
    public static NpyHeader Read(Stream stream)
    {
        Span<byte> start = stackalloc byte[12];
        stream.ReadExactly(start[..8]);
        if (!start.StartsWith(Magic) || start[6] is < 1 or > 3)
        {
            throw new FormatException("is no .npy file; write it with numpy.save");
        }
        int lengthSize = start[6] == 1 ? 2 : 4;
        stream.ReadExactly(start.Slice(8, lengthSize));
        uint length = lengthSize == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (length > LongestText)
        {
            throw new FormatException($"has a header of {length} bytes, but at most {LongestText} are supported");
        }
        byte[] text = new byte[length];
        stream.ReadExactly(text);
        return Parse(Encoding.Latin1.GetString(text), 8 + lengthSize + (int)length);
    }

    /// <summary>A header of version 1.0, padded so that the data starts at a multiple of 64.</summary>
    public static byte[] Create(NpyType type, ReadOnlySpan<int> shape)
    {
        string sizes = string.Join(", ", shape.ToArray());
        string comma = shape.Length == 1 ? "," : "";
        string text = $"{{'descr': '{Describe(type)}', 'fortran_order': False, 'shape': ({sizes}{comma}), }}";
        const int prefix = 10;
        // As NumPy does, with room for the first size to grow to its largest: files can then be compared byte by byte.
        int growth = shape.Length > 0 ? LongestSize - shape[0].ToString(CultureInfo.InvariantCulture).Length : 0;
        int total = (prefix + text.Length + growth + 1 + Alignment - 1) / Alignment * Alignment;
        byte[] header = new byte[total];
        Magic.CopyTo(header);
        header[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), checked((ushort)(total - prefix)));
        header.AsSpan(prefix).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, header.AsSpan(prefix));
        header[^1] = (byte)'\n';
        return header;
    }

    /// <summary>Elements of that shape; null if a size is negative or there are more than one array can hold.</summary>
    public static int? CountElements(ReadOnlySpan<int> shape)
    {
        long count = 1;
        bool empty = false;
        foreach (int size in shape)
        {
            empty |= size == 0;
            count *= Math.Max(size, 1);
            if (size < 0 || count > Array.MaxLength)
            {
                return null;
            }
        }
        return empty ? 0 : (int)count;
    }

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private static NpyHeader Parse(string text, int byteLength)
    {
        Dictionary<string, string> entries = PythonLiteral.ParseDictionary(text);
        if (!entries.TryGetValue("descr", out string? descr) || !entries.TryGetValue("fortran_order", out string? fortran)
            || !entries.TryGetValue("shape", out string? sizes) || !sizes.StartsWith('('))
        {
            throw new FormatException("has a header without descr, fortran_order and shape; write it with numpy.save");
        }
        NpyType type = TypeOf(descr);
        int[] shape = ParseShape(sizes);
        if (fortran != "False" && shape.Length > 1)
        {
            throw new FormatException("is in Fortran order; save numpy.ascontiguousarray(a) instead");
        }
        return new NpyHeader(type, shape, byteLength);
    }

    private static int[] ParseShape(string text)
    {
        string[] sizes = text.Trim('(', ')').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (sizes.Length > MostDimensions)
        {
            throw new FormatException($"has {sizes.Length} dimensions, but at most {MostDimensions} are supported");
        }
        return Array.ConvertAll(sizes, size => int.TryParse(size.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new FormatException($"has an impossible size '{size}' in its shape"));
    }

    private static NpyType TypeOf(string descr) => descr switch
    {
        "<f4" => NpyType.Float32,
        "<f2" => NpyType.Float16,
        "<f8" => NpyType.Float64,
        "<i4" => NpyType.Int32,
        "<i8" => NpyType.Int64,
        // NumPy keeps a bool as a byte, 0 or 1.
        "|u1" or "<u1" or "|b1" => NpyType.UInt8,
        _ => throw new FormatException($"has elements of type '{descr}', but little-endian float32, int32 or uint8 are needed"),
    };

    private static string Describe(NpyType type) => type switch
    {
        NpyType.Float32 => "<f4",
        NpyType.Float16 => "<f2",
        NpyType.Float64 => "<f8",
        NpyType.Int32 => "<i4",
        NpyType.Int64 => "<i8",
        _ => "|u1",
    };

    private static int SizeOf(NpyType type) => type switch
    {
        NpyType.Float16 => 2,
        NpyType.Float32 or NpyType.Int32 => 4,
        NpyType.Float64 or NpyType.Int64 => 8,
        _ => 1,
    };
}
