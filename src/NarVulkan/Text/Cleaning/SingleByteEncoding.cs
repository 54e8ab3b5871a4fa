namespace NarVulkan.Text.Cleaning;

/// <summary>An encoding of one byte a character, to find out what bytes a text may have been read from.</summary>
internal sealed class SingleByteEncoding
{
    private const int Substitute = 0x1A;

    private static readonly Lazy<IReadOnlyList<SingleByteEncoding>> Encodings = new(Read);

    private readonly int[] characters;
    private readonly Dictionary<int, byte> bytes = [];

    /// <param name="name">Its name.</param>
    /// <param name="upper">What its bytes from 80 on are.</param>
    private SingleByteEncoding(string name, IEnumerable<int> upper)
    {
        Name = name;
        characters = [.. Enumerable.Range(0, 0x80), .. upper];
        // In the encodings of Windows the sign for a lost character is kept as a control character, which keeps that control character out.
        IsWindows = name.StartsWith("windows", StringComparison.Ordinal);
        characters[Substitute] = IsWindows ? 0xFFFD : Substitute;
        for (int value = 0; value < characters.Length; value++)
        {
            bytes.Add(characters[value], (byte)value);
        }
    }

    /// <summary>In the order in which they are tried.</summary>
    public static IReadOnlyList<SingleByteEncoding> All => Encodings.Value;

    public static SingleByteEncoding Latin1 => All[0];

    public static SingleByteEncoding Windows1252 => All[1];

    public string Name { get; }

    public bool IsWindows { get; }

    public bool IsMacintosh => Name == "macintosh";

    /// <summary>The bytes of a text; null where it has a character that the encoding has not.</summary>
    public byte[]? Encode(ReadOnlySpan<int> text)
    {
        byte[] encoded = new byte[text.Length];
        for (int i = 0; i < text.Length; i++)
        {
            if (!bytes.TryGetValue(text[i], out encoded[i]))
            {
                return null;
            }
        }
        return encoded;
    }

    public int Decode(byte value) => characters[value];

    private static IReadOnlyList<SingleByteEncoding> Read() =>
    [
        new SingleByteEncoding("latin-1", Enumerable.Range(0x80, 0x80)),
        .. DataFile.Sections("single-byte-encodings.txt").Select(section => new SingleByteEncoding(section.Key, section.Value.Select(digits => RangeSet.Hexadecimal(digits)))),
    ];
}
