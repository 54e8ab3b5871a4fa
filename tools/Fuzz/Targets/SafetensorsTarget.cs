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
        byte[] file = [.. new byte[8], .. header, .. input[dataStart..]];
        BinaryPrimitives.WriteInt64LittleEndian(file, random.OneIn(20) ? Interesting.Number(random, file.Length) : header.Length);
        return file;
    }
}
