using NarVulkan.Kernels;

namespace NarVulkan.Reference;

/// <summary>The twin of <c>shaders/multiply_add.comp</c>.</summary>
internal static class MultiplyAddReference
{
    /// <summary>Fills y, one value for each invocation; equal to the kernel's bit for bit where no step rounds (small whole numbers).</summary>
    public static void Apply(Span<float> y, int rounds, float multiplier, float addend)
    {
        var chains = new float[MultiplyAddKernel.Chains];
        for (var i = 0; i < y.Length; i++)
        {
            for (var c = 0; c < chains.Length; c++)
            {
                chains[c] = i % 8 + c;
                for (var step = 0; step < rounds * MultiplyAddKernel.PerRound; step++)
                {
                    chains[c] = MathF.FusedMultiplyAdd(chains[c], multiplier, addend);
                }
            }

            y[i] = chains[0] + chains[1] + (chains[2] + chains[3]) + (chains[4] + chains[5] + (chains[6] + chains[7]));
        }
    }
}
