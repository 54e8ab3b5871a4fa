using System.Buffers.Binary;
using System.Text;
using NarVulkan.Checkpoints.Pickle;

namespace NarVulkan.Fuzz.Mutation;

/// <summary>Changes pickles instruction by instruction, so that most of them still end with an object.</summary>
internal static class PickleMutator
{
    private const int MostNesting = 20_000;

    private static readonly string[] Words =
    [
        "storage", "FloatStorage", "HalfStorage", "ComplexFloatStorage", "UntypedStorage", "torch", "torch._utils", "_rebuild_tensor_v2", "_rebuild_tensor", "_rebuild_parameter",
        "_rebuild_from_type_v2", "collections", "OrderedDict", "model", "module", "state_dict", "sd", "args", "argparse", "Namespace", "os", "system", "0", "1", "cpu", "", "w",
        "module.", "_orig_mod.", "tok_embeddings.weight", "little_endian", "__metadata__", "n_head", "latent_shape", "\u001b[31m", "\n",
    ];

    /// <summary>A few changed instructions.</summary>
    public static byte[] Mutate(ReadOnlySpan<byte> pickle, FuzzRandom random)
    {
        List<byte[]> code = Split(pickle);
        for (int changes = 1 + random.Below(random.OneIn(4) ? 8 : 2); changes > 0 && code.Count > 0; changes--)
        {
            Change(code, random);
        }
        return [.. code.SelectMany(instruction => instruction)];
    }

    private static void Change(List<byte[]> code, FuzzRandom random)
    {
        int at = random.Below(code.Count);
        switch (random.Below(12))
        {
            case 0: code.RemoveAt(at); break;
            case 1: code.Insert(random.Below(code.Count), code[at]); break;
            case 2: (code[at], code[random.Below(code.Count)]) = (code[random.Below(code.Count)], code[at]); break;
            case 3 or 4 or 5: Retype(code, at, random); break;
            case 6: code.Insert(at, Instruction(random)); break;
            case 7: code[at] = Instruction(random); break;
            case 8: Nest(code, at, random); break;
            case 9: code.InsertRange(at, [[(byte)PickleOp.BinGet, (byte)random.Below(40)]]); break;
            case 10 when ByteMutator.Mutate(code[at], random) is { Length: > 0 } damaged: code[at] = damaged; break;
            case 10: code.RemoveAt(at); break;
            default:
                // A run of instructions again.
                List<byte[]> run = code.GetRange(at, Math.Min(1 + random.Below(30), code.Count - at));
                code.InsertRange(random.Below(code.Count), run);
                break;
        }
    }

    // Another argument for the same instruction, or for the next one that has one.
    private static void Retype(List<byte[]> code, int at, FuzzRandom random)
    {
        for (int i = at; i < Math.Min(code.Count, at + 20); i++)
        {
            switch ((PickleOp)code[i][0])
            {
                case PickleOp.BinInt or PickleOp.BinInt1 or PickleOp.BinInt2 or PickleOp.Long1:
                    code[i] = Number(Interesting.Number(random, random.Below(200)));
                    return;
                case PickleOp.BinUnicode or PickleOp.ShortBinUnicode:
                    code[i] = Text(random.OneIn(4) ? new string('x', random.Below(2000)) : random.Pick(Words));
                    return;
                case PickleOp.Global:
                    code[i] = Encoding.UTF8.GetBytes($"c{random.Pick(Words)}\n{random.Pick(Words)}\n".Replace("\n\n\n", "\n\n", StringComparison.Ordinal));
                    return;
                case PickleOp.BinGet or PickleOp.BinPut:
                    code[i] = [code[i][0], (byte)random.Below(60)];
                    return;
            }
        }
    }

    private static byte[] Instruction(FuzzRandom random) => random.Below(6) switch
    {
        0 => Number(Interesting.Number(random)),
        1 => Text(random.Pick(Words)),
        2 => [(byte)random.Pick([PickleOp.BinUnicode8, PickleOp.BinBytes8, PickleOp.Long4, PickleOp.BinString, PickleOp.Frame]), .. Number(Interesting.Number(random))[2..]],
        3 => [(byte)random.Next()],
        _ => [(byte)random.Pick(Enum.GetValues<PickleOp>())],
    };

    private static void Nest(List<byte[]> code, int at, FuzzRandom random)
    {
        byte[] level = random.Pick<byte[]>([[(byte)PickleOp.EmptyList], [(byte)PickleOp.Tuple1], [(byte)PickleOp.Mark], [(byte)PickleOp.Dup, (byte)PickleOp.Tuple2], [(byte)PickleOp.EmptyDict], [(byte)PickleOp.Dup, (byte)PickleOp.Append]]);
        code.Insert(at, [.. Enumerable.Repeat(level, 1 + random.Below(random.OneIn(8) ? MostNesting : 50)).SelectMany(bytes => bytes)]);
    }

    private static byte[] Number(long value)
    {
        byte[] code = [(byte)PickleOp.Long1, 8, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt64LittleEndian(code.AsSpan(2), value);
        return code;
    }

    private static byte[] Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return [(byte)PickleOp.BinUnicode, .. length, .. utf8];
    }

    /// <summary>The instructions of a pickle; what is none is left together at the end.</summary>
    private static List<byte[]> Split(ReadOnlySpan<byte> pickle)
    {
        List<byte[]> code = [];
        while (pickle.Length > 0)
        {
            int length = (int)Math.Clamp(Length(pickle), 1, pickle.Length);
            code.Add(pickle[..length].ToArray());
            pickle = pickle[length..];
        }
        return code;
    }

    private static long Length(ReadOnlySpan<byte> code) => (PickleOp)code[0] switch
    {
        PickleOp.Proto or PickleOp.BinInt1 or PickleOp.BinGet or PickleOp.BinPut => 2,
        PickleOp.BinInt2 => 3,
        PickleOp.BinInt or PickleOp.LongBinGet or PickleOp.LongBinPut => 5,
        PickleOp.Frame or PickleOp.BinFloat => 9,
        PickleOp.Long1 or PickleOp.ShortBinUnicode or PickleOp.ShortBinString or PickleOp.ShortBinBytes => code.Length > 1 ? 2 + code[1] : 1,
        PickleOp.BinUnicode or PickleOp.BinString or PickleOp.BinBytes => code.Length > 4 ? 5L + BinaryPrimitives.ReadUInt32LittleEndian(code[1..]) : 1,
        PickleOp.Global => TwoLines(code),
        _ => 1,
    };

    private static int TwoLines(ReadOnlySpan<byte> code)
    {
        int first = code.IndexOf((byte)'\n');
        int second = first < 0 ? -1 : code[(first + 1)..].IndexOf((byte)'\n');
        return second < 0 ? 1 : first + 1 + second + 1;
    }
}
