using NarVulkan.Fuzz.Mutation;

namespace NarVulkan.Fuzz;

/// <summary>A reader under test: where its inputs come from, how they are changed, how it is called.</summary>
internal abstract class FuzzTarget(string name)
{
    /// <summary>Its name, and that of its folder of seeds under <c>corpus/</c>.</summary>
    public string Name => name;

    /// <summary>What the input is called in its folder.</summary>
    public virtual string FileName => "input.bin";

    /// <summary>Bytes that the reader may allocate for each byte of the input, besides <see cref="Inspection.FreeBytes"/>.</summary>
    public virtual int BytesPerByte => 256;

    /// <summary>Writes the files that the input refers to.</summary>
    public virtual void Prepare(string folder)
    {
    }

    /// <summary>A changed copy.</summary>
    /// <param name="input">What to change.</param>
    /// <param name="other">Another input, to take parts of.</param>
    /// <param name="random">Decides.</param>
    public abstract byte[] Mutate(byte[] input, byte[] other, FuzzRandom random);

    /// <summary>A copy that is as large as a hostile file may be, in one of its dimensions: many parts, long ones, deep ones. What takes a time or a memory beyond proportion shows only there.</summary>
    /// <param name="input">What to enlarge.</param>
    /// <param name="random">Decides.</param>
    /// <param name="bytes">About how large.</param>
    public virtual byte[] Grow(byte[] input, FuzzRandom random, int bytes) => ByteMutator.Grow(input, random, bytes);

    /// <summary>Reads the input as the program does; refuses it by a <see cref="NarException"/>.</summary>
    /// <param name="path">The input, in its prepared folder.</param>
    /// <returns>What was found, in a few words: new words make an input worth keeping.</returns>
    public abstract string Read(string path);
}
