using NarVulkan.Decoding;

namespace NarVulkan.Models;

/// <summary>
/// Angles of the 2-D rotary position embedding: the first half of a head's pairs turns by the token's row, the second half by its
/// column, with frequency 10000^(-2i / (head size / 2)), i counted within the half.
/// </summary>
/// <remarks>
/// Condition and special tokens have cos = sin = 0, so that their queries and keys become zero and every score against them is 0.
/// Source: <c>precompute_freqs_cis_2d</c> of LlamaGen.
/// </remarks>
internal static class RotaryTable
{
    private const double Base = 10000;

    /// <summary>Cosine and sine for each KV slot of a schedule, [slots, headSize / 2, 2].</summary>
    /// <param name="headSize">A multiple of 4.</param>
    public static float[] Build(DecodeSchedule schedule, int headSize)
    {
        int pairs = headSize / 2, half = pairs / 2;
        var table = new float[schedule.SlotCount * pairs * 2];
        for (int slot = 0; slot < schedule.SlotCount; slot++)
        {
            int token = schedule.SlotPositions[slot] - schedule.ConditionTokens;
            if (token < 0)
            {
                continue;
            }
            int row = token / schedule.Grid.Columns % schedule.Grid.Rows, column = token % schedule.Grid.Columns;
            for (int pair = 0; pair < pairs; pair++)
            {
                // Rounded to float32 before the angle is made of it, as in the original.
                float frequency = (float)Math.Pow(Base, -2.0 * (pair % half) / pairs);
                float angle = (pair < half ? row : column) * frequency;
                table[(slot * pairs + pair) * 2] = MathF.Cos(angle);
                table[(slot * pairs + pair) * 2 + 1] = MathF.Sin(angle);
            }
        }
        return table;
    }
}
