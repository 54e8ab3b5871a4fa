using System.Diagnostics;
using NarVulkan.Checkpoints;
using Xunit;

namespace NarVulkan.Tests.Checkpoints;

/// <summary>Damage by the thousand: whatever happens to a good file, it is either read or refused in one line, and quickly.</summary>
public sealed class MutatedFileTests
{
    private const int Truncations = 60;
    private const int Flips = 400;

    // Flips concentrate on where structure lies: the pickle or header at the start, the zip directory at the end.
    private const int StructureBytes = 8192;

    // A good file of this size opens in about a millisecond; the limit only has to tell "bounded" from "runs away".
    private static readonly TimeSpan Bounded = TimeSpan.FromSeconds(5);

    public static TheoryData<string> Goldens =>
    [
        "golden/nar-c2v/epoch-last.pth",
        "golden/nar-c2v/epoch-last-plain.pth",
        "golden/nar-c2v-fp/epoch-last.pth",
        "golden/larp-tokenizer/tokenizer/larp_tokenizer.pth",
        "golden/larp-tokenizer/tokenizer_with_prior/larp_tokenizer.pth",
    ];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Open_TruncatedCheckpoint_IsRefused(string fixture)
    {
        byte[] good = File.ReadAllBytes(TestPaths.Fixture(fixture));
        using TemporaryFolder folder = new();
        string path = folder.Write("truncated", good);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        for (int i = 1; i <= Truncations; i++)
        {
            // From the end towards the start, at lengths that are no round numbers; the directory is at the end, so all are fatal.
            stream.SetLength(good.Length - (long)good.Length * i / (Truncations + 1) - 1);
            stream.Flush();
            Assert.False(IsRead(path), $"a checkpoint cut to {stream.Length} bytes was accepted");
        }
    }

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Open_FlippedBytes_IsReadOrRefused(string fixture)
    {
        byte[] good = File.ReadAllBytes(TestPaths.Fixture(fixture));
        int refused = FlipEverywhere(good, seed: 20250311);

        // Most of the structure matters; if nothing were refused, the checks would not be reached.
        Assert.InRange(refused, Flips / 10, Flips);
    }

    [Fact]
    public void Open_DamagedSafetensors_IsReadOrRefused()
    {
        string header = """{"__metadata__":{"format":"pt"},"a":{"dtype":"F16","shape":[3,5],"data_offsets":[0,30]},"b":{"dtype":"F32","shape":[7],"data_offsets":[30,58]}}""";
        byte[] good = SafetensorsFile.Create(header, 58);
        using TemporaryFolder folder = new();
        for (int length = 1; length < good.Length; length++)
        {
            Assert.False(IsRead(folder.Write("truncated", good.AsSpan(0, length))), $"a file cut to {length} bytes was accepted");
        }
        Assert.InRange(FlipEverywhere(good, seed: 7), Flips / 10, Flips);
    }

    [Fact]
    public void Read_DamagedNpy_IsReadOrRefused()
    {
        byte[] good = File.ReadAllBytes(TestPaths.Fixture("golden/nar-c2v/step_positions.npy"));
        using TemporaryFolder folder = new();
        for (int length = 0; length < good.Length; length++)
        {
            string path = folder.Write("truncated.npy", good.AsSpan(0, length));
            Assert.Throws<InvalidRequestException>(() => NpyFile.Read(path));
        }
        for (int position = 0; position < 128; position++)
        {
            for (int bit = position % 4; bit < 8; bit += 4)
            {
                good[position] ^= (byte)(1 << bit);
                string path = folder.Write("flipped.npy", good);
                Exception? refusal = Record.Exception(() => NpyFile.Read(path));
                Assert.True(refusal is null or InvalidRequestException, $"byte {position}, bit {bit}: {refusal}");
                good[position] ^= (byte)(1 << bit);
            }
        }
    }

    private static int FlipEverywhere(byte[] good, int seed)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("flipped", good);
        Random random = new(seed);
        int refused = 0;
        for (int i = 0; i < Flips; i++)
        {
            int position = (i % 4) switch
            {
                0 => random.Next(good.Length),
                1 => good.Length - 1 - random.Next(Math.Min(StructureBytes, good.Length)),
                _ => random.Next(Math.Min(StructureBytes, good.Length)),
            };
            byte damaged = (byte)(good[position] ^ (1 << random.Next(8)));
            Patch(path, position, i % 8 == 7 ? (byte)0xFF : damaged);
            refused += IsRead(path) ? 0 : 1;
            Patch(path, position, good[position]);
        }
        return refused;
    }

    private static void Patch(string path, long position, byte value)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Write);
        stream.Position = position;
        stream.WriteByte(value);
    }

    // Reads every tensor through, so that a wrong offset would be found by the checks of the mapping.
    private static bool IsRead(string path)
    {
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            using WeightFile file = WeightFile.Open(path);
            foreach (WeightTensor tensor in file.Tensors.Values.Where(tensor => tensor.Type.IsFloat()))
            {
                Assert.Equal(tensor.ElementCount, tensor.ToFloats().Length);
            }
            return true;
        }
        catch (ModelFileException refusal)
        {
            Assert.DoesNotContain(refusal.Message, char.IsControl);
            return false;
        }
        finally
        {
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, Bounded);
        }
    }
}
