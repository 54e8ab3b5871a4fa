namespace NarVulkan.Reference;

/// <summary>2^-x in integers, bit for bit what <c>shaders/shared/fixed_exp2.glsl</c> computes on every device.</summary>
internal static class FixedExp2Reference
{
    // The polynomial of degree 6 that interpolates (1 - 2^-f) / f at the Chebyshev nodes of [0, 1], in 0.32
    // fixed point, highest power first; the signs alternate.
    private static readonly uint[] Coefficients =
        [0x0000BDA6, 0x0009C200, 0x005728B0, 0x027641A9, 0x0E358127, 0x3D7F7BCB, 0xB17217F7];

    /// <summary>2^-exponent in 1.31 fixed point, rounded to nearest, within 3 units; 0 from 33 up.</summary>
    /// <param name="exponent">The exponent's magnitude in 6.26 fixed point.</param>
    public static uint Negative(uint exponent)
    {
        var fraction = exponent << 6;
        var whole = (int)(exponent >> 26);
        var sum = Coefficients[0];
        for (var i = 1; i < Coefficients.Length; i++)
        {
            sum = Coefficients[i] - MultiplyHigh(sum, fraction);
        }

        var power = 0x80000000u - (MultiplyHigh(sum, fraction) >> 1);
        if (whole == 0)
        {
            return power;
        }

        return whole > 32 ? 0u : ((power >> (whole - 1)) + 1u) >> 1;
    }

    private static uint MultiplyHigh(uint a, uint b) => (uint)(((ulong)a * b) >> 32);
}
