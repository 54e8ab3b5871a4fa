using System.Buffers.Binary;
using NarVulkan.Checkpoints.Pickle;
using NarVulkan.Fuzz.Mutation;

namespace NarVulkan.Fuzz.Targets;

/// <summary>PyTorch's files from before 1.6: one of their pickles, a count of elements, or bytes.</summary>
internal sealed class TorchLegacyTarget() : WeightsTarget("torch-legacy")
{
    private const int Pickles = 5;

    /// <inheritdoc/>
    public override byte[] Mutate(byte[] input, byte[] other, FuzzRandom random)
    {
        List<byte[]> parts = Split(input);
        if (parts.Count <= Pickles || random.OneIn(5))
        {
            return ByteMutator.Mutate(input, random, other);
        }
        int at = random.OneIn(4) ? random.Below(Pickles) : random.OneIn(4) ? Pickles : 3;
        if (at < Pickles)
        {
            parts[at] = PickleMutator.Mutate(parts[at], random);
        }
        else if (random.OneIn(2) && parts[at].Length >= 8)
        {
            BinaryPrimitives.WriteInt64LittleEndian(parts[at], Interesting.Number(random, parts[at].Length / 4));
        }
        else
        {
            parts[at] = ByteMutator.Mutate(parts[at], random);
        }
        return [.. parts.SelectMany(part => part)];
    }

    /// <inheritdoc/>
    public override byte[] Grow(byte[] input, FuzzRandom random, int bytes)
    {
        List<byte[]> parts = Split(input);
        if (parts.Count <= Pickles)
        {
            return base.Grow(input, random, bytes);
        }
        byte[] count = [1, 0, 0, 0, 0, 0, 0, 0];
        return [.. parts[0], .. parts[1], .. parts[2], .. LargePickle.Of(random, bytes), .. LargePickle.Keys, .. count, .. LargePickle.Storage];
    }

    // The pickles, and the storages together.
    private static List<byte[]> Split(byte[] file)
    {
        List<byte[]> parts = [];
        int position = 0;
        try
        {
            while (parts.Count < Pickles)
            {
                PickleMachine.Read(file.AsSpan(position), null, null, out int length);
                parts.Add(file[position..(position += length)]);
            }
        }
        catch (PickleFormatException)
        {
            return parts;
        }
        parts.Add(file[position..]);
        return parts;
    }
}
