using System.Buffers.Binary;
using System.Text;
using NarVulkan.Checkpoints.Pickle;

namespace NarVulkan.Fuzz.Mutation;

/// <summary>Well-formed pickles of a checkpoint that are large in one of their dimensions: tensors, names, settings, levels, or names of classes.</summary>
internal static class LargePickle
{
    /// <summary>The one storage that tensors view, of one float32.</summary>
    public const string Key = "grown";

    private const int DeepestSettings = 120;

    /// <summary>Its bytes.</summary>
    public static byte[] Storage { get; } = [0, 0, 128, 63];

    /// <summary>The list of storages in files of the old format.</summary>
    public static byte[] Keys { get; } = [.. Proto, (byte)PickleOp.EmptyList, .. Text(Key), (byte)PickleOp.Append, (byte)PickleOp.Stop];

    private static ReadOnlySpan<byte> Proto => [(byte)PickleOp.Proto, 2];

    /// <param name="random">Decides.</param>
    /// <param name="bytes">About how large.</param>
    public static byte[] Of(FuzzRandom random, int bytes)
    {
        int kind = random.Below(6), longest = 1 << random.Below(12);
        using MemoryStream code = new();
        code.Write(Proto);
        code.WriteByte((byte)PickleOp.EmptyDict);
        Item(code, "w", Tensor());
        if (kind >= 3)
        {
            code.Write(Text("args"));
            code.WriteByte((byte)PickleOp.EmptyDict);
        }
        for (int i = 0; code.Length < bytes; i++)
        {
            string name = new string('n', longest) + i;
            switch (kind)
            {
                case 0 or 1: Item(code, name, Tensor()); break;
                case 2: Item(code, name, Encoding.UTF8.GetBytes($"cmodule{i}\n{name[..Math.Min(name.Length, 400)]}\n")); break;
                case 3: Item(code, name, [(byte)PickleOp.BinInt1, 1]); break;
                case 4: Item(code, name, Nested(random.Below(DeepestSettings))); break;
                // The memo grows, and every value is recalled.
                default: Item(code, name, [(byte)PickleOp.EmptyList, .. Put(i), (byte)PickleOp.Pop, .. Get(random.Below(i + 1))]); break;
            }
        }
        if (kind >= 3)
        {
            code.WriteByte((byte)PickleOp.SetItem);
        }
        code.WriteByte((byte)PickleOp.Stop);
        return code.ToArray();
    }

    private static void Item(MemoryStream code, string name, ReadOnlySpan<byte> value)
    {
        code.Write(Text(name));
        code.Write(value);
        code.WriteByte((byte)PickleOp.SetItem);
    }

    private static byte[] Tensor() =>
    [
        .. "ctorch._utils\n_rebuild_tensor_v2\n(("u8, .. Text("storage"), .. "ctorch\nFloatStorage\n"u8, .. Text(Key), .. Text("cpu"),
        (byte)PickleOp.BinInt1, 1, (byte)PickleOp.Tuple, (byte)PickleOp.BinPersId,
        (byte)PickleOp.BinInt1, 0, (byte)PickleOp.BinInt1, 1, (byte)PickleOp.Tuple1, (byte)PickleOp.BinInt1, 1, (byte)PickleOp.Tuple1,
        (byte)PickleOp.NewFalse, (byte)PickleOp.None, (byte)PickleOp.Tuple, (byte)PickleOp.Reduce,
    ];

    private static byte[] Nested(int levels) => [(byte)PickleOp.EmptyTuple, .. Enumerable.Repeat((byte)PickleOp.Tuple1, levels)];

    private static byte[] Put(int index) => Memo(PickleOp.LongBinPut, index);

    private static byte[] Get(int index) => Memo(PickleOp.LongBinGet, index);

    private static byte[] Memo(PickleOp op, int index)
    {
        byte[] code = [(byte)op, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32LittleEndian(code.AsSpan(1), index);
        return code;
    }

    private static byte[] Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return [(byte)PickleOp.BinUnicode, .. length, .. utf8];
    }
}
