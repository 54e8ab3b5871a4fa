using System.Text;
using NarVulkan.Checkpoints;
using NarVulkan.Fuzz.Mutation;

namespace NarVulkan.Fuzz.Targets;

/// <summary>NumPy's arrays: words of the header, or bytes.</summary>
internal sealed class NpyTarget() : FuzzTarget("npy")
{
    private static readonly string[] Words = ["<f4", "<f2", "<f8", "<i4", "<i8", "|u1", "|b1", ">f4", "True", "False", "()", "(1,)", "(2, 3)", "(-1,)", "(4294967296, 4294967296)", "(0, 9999999999)", "(1L,)", "'descr'", "'shape'", "'fortran_order'", "{", "}", ":", ","];

    /// <inheritdoc/>
    public override string FileName => "input.npy";

    /// <inheritdoc/>
    public override byte[] Mutate(byte[] input, byte[] other, FuzzRandom random)
    {
        int end = Array.IndexOf(input, (byte)'\n');
        if (end < 10 || random.OneIn(4))
        {
            return ByteMutator.Mutate(input, random, other);
        }
        StringBuilder text = new(Encoding.Latin1.GetString(input, 10, end + 1 - 10));
        string old = random.Pick(Words);
        if (random.OneIn(2) && text.ToString().Contains(old, StringComparison.Ordinal))
        {
            text.Replace(old, random.Pick(Words));
        }
        else
        {
            int start = text.ToString().IndexOf('(', StringComparison.Ordinal), close = text.ToString().IndexOf(')', StringComparison.Ordinal);
            if (start >= 0 && close > start)
            {
                text.Remove(start, close + 1 - start).Insert(start, $"({Interesting.Number(random, input.Length / 4)}, {1 + random.Below(3)})");
            }
        }
        byte[] header = Encoding.Latin1.GetBytes(text.ToString());
        byte[] file = [.. input[..8], (byte)header.Length, (byte)(header.Length >> 8), .. header, .. input[(end + 1)..]];
        return random.OneIn(8) ? ByteMutator.Mutate(file, random) : file;
    }

    /// <inheritdoc/>
    public override string Read(string path)
    {
        NpyArray array = NpyFile.Read(path);
        _ = array.Type is NpyType.Int32 or NpyType.Int64 or NpyType.UInt8 ? array.ToInts().Length : array.ToFloats().Length;
        return $"{array.Type} {array.Shape.Count}";
    }
}
