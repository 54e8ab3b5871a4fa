using System.Buffers.Binary;
using NarVulkan.Fuzz.Mutation;

namespace NarVulkan.Fuzz.Targets;

/// <summary>Safetensors: the header value by value, or bytes.</summary>
internal sealed class SafetensorsTarget() : WeightsTarget("safetensors")
{
    /// <inheritdoc/>
    public override byte[] Mutate(byte[] input, byte[] other, FuzzRandom random)
    {
        long length = input.Length >= 8 ? BinaryPrimitives.ReadInt64LittleEndian(input) : -1;
        if (length < 0 || length > input.Length - 8 || random.OneIn(5))
        {
            return ByteMutator.Mutate(input, random, other);
        }
        int dataStart = 8 + (int)length;
        byte[] header = JsonMutator.Mutate(input.AsSpan(8, (int)length), random, input.Length - dataStart);
        return Join(header, input[dataStart..], random.OneIn(20) ? Interesting.Number(random, input.Length) : header.Length);
    }

    /// <inheritdoc/>
    public override byte[] Grow(byte[] input, FuzzRandom random, int bytes)
    {
        long length = input.Length >= 8 ? BinaryPrimitives.ReadInt64LittleEndian(input) : -1;
        if (length < 0 || length > input.Length - 8)
        {
            return base.Grow(input, random, bytes);
        }
        // Tensors without elements may be as many as one likes.
        byte[] header = JsonMutator.Grow(input.AsSpan(8, (int)length), random, bytes, random.OneIn(4) ? null : """{"dtype":"F32","shape":[0],"data_offsets":[0,0]}""");
        return Join(header, input[(8 + (int)length)..], header.Length);
    }

    private static byte[] Join(byte[] header, byte[] data, long length)
    {
        byte[] file = [.. new byte[8], .. header, .. data];
        BinaryPrimitives.WriteInt64LittleEndian(file, length);
        return file;
    }
}
