using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace NarVulkan.Checkpoints;

/// <summary>
/// Random numbers by index: value i is a function of a key and i, so that any range can be had in any order, from any thread, and is the
/// same on every machine. Nearly normal around 0: the sum of the four bytes of a 32-bit hash. Good for weights, not for cryptography.
/// </summary>
internal readonly struct RandomValues
{
    /// <summary>Mean of the sum of four bytes, and its variance: 4 (256^2 - 1) / 12.</summary>
    private const int MeanOfSum = 510, VarianceOfSum = 21845;

    private const uint PairsOfBytes = 0x00FF00FF;

    // The multipliers of Wellons' "lowbias32", found by search for the least bias among hashes of this form.
    private const uint FirstMultiplier = 0x7FEB352D, SecondMultiplier = 0x846CA68B;

    private readonly uint firstKey, secondKey;
    private readonly float unit;

    /// <param name="seed">Numbers of different seeds are unrelated,</param>
    /// <param name="name">and so are those of different names.</param>
    /// <param name="deviation">Standard deviation.</param>
    public RandomValues(ulong seed, string name, float deviation)
    {
        byte[] text = new byte[sizeof(ulong) + Encoding.UTF8.GetByteCount(name)];
        BinaryPrimitives.WriteUInt64LittleEndian(text, seed);
        Encoding.UTF8.GetBytes(name, text.AsSpan(sizeof(ulong)));
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, digest);
        firstKey = BinaryPrimitives.ReadUInt32LittleEndian(digest);
        secondKey = BinaryPrimitives.ReadUInt32LittleEndian(digest[sizeof(uint)..]);
        unit = deviation / MathF.Sqrt(VarianceOfSum);
    }

    /// <summary>Writes the values from index <paramref name="first"/> on.</summary>
    public void Fill(long first, Span<float> destination)
    {
        while (destination.Length > 0)
        {
            // The counter has 32 bits; what the index has beyond them changes the key.
            uint counter = (uint)first;
            int run = (int)Math.Min(destination.Length, (1L << 32) - counter);
            FillRun(counter, secondKey ^ (uint)(first >> 32) * SecondMultiplier, destination[..run]);
            destination = destination[run..];
            first += run;
        }
    }

    // Integers and one rounding: vectors and scalars of any width give the same bits.
    private void FillRun(uint counter, uint key, Span<float> destination)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(destination);
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] = ValuesAt(new Vector<uint>(counter) + Vector<uint>.Indices, key);
            counter += (uint)Vector<uint>.Count;
        }
        Vector<float> last = ValuesAt(new Vector<uint>(counter) + Vector<uint>.Indices, key);
        int done = vectors.Length * Vector<float>.Count;
        for (int i = done; i < destination.Length; i++)
        {
            destination[i] = last[i - done];
        }
    }

    private Vector<float> ValuesAt(Vector<uint> counter, uint key)
    {
        Vector<uint> hash = counter ^ new Vector<uint>(firstKey);
        hash ^= hash >>> 16;
        hash *= FirstMultiplier;
        // Between the rounds, or tensors would hold the same numbers in another order.
        hash ^= new Vector<uint>(key);
        hash ^= hash >>> 15;
        hash *= SecondMultiplier;
        hash ^= hash >>> 16;
        Vector<uint> sums = (hash & new Vector<uint>(PairsOfBytes)) + ((hash >>> 8) & new Vector<uint>(PairsOfBytes));
        sums = (sums & new Vector<uint>(0xFFFF)) + (sums >>> 16);
        return Vector.ConvertToSingle(Vector.AsVectorInt32(sums) - new Vector<int>(MeanOfSum)) * unit;
    }
}
