namespace NarVulkan.Reference;

/// <summary>GELU (Hendrycks and Gimpel, 2016) in its exact form, x * Phi(x), and in its tanh form.</summary>
internal static class GeluReference
{
    /// <summary>0.5 x (1 + erf(x / sqrt 2)), evaluated in double and rounded once.</summary>
    public static float Apply(float x)
    {
        // Phi(x) = erfc(-x / sqrt 2) / 2 keeps its relative precision where x is far below zero.
        return (float)(0.5 * x * ComplementaryErrorFunction(-x / Math.Sqrt(2.0)));
    }

    /// <summary>The tanh form, 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), evaluated in double and rounded once.</summary>
    public static float Tanh(float x) => (float)(0.5 * x * (1.0 + Math.Tanh(Math.Sqrt(2.0 / Math.PI) * (x + 0.044715 * x * x * (double)x))));

    /// <summary>Applies <see cref="Apply(float)"/> to every element in place.</summary>
    public static void Apply(Span<float> values)
    {
        foreach (ref var value in values)
        {
            value = Apply(value);
        }
    }

    /// <summary>erf(x), relative error below 1e-14.</summary>
    public static double ErrorFunction(double x) => Math.Abs(x) < 2.0 ? Series(x) : 1.0 - ComplementaryErrorFunction(x);

    /// <summary>erfc(x) = 1 - erf(x), relative error below 1e-12 for x up to 26, where it underflows a float by far.</summary>
    public static double ComplementaryErrorFunction(double x)
    {
        if (x < 0.0)
        {
            return 2.0 - ComplementaryErrorFunction(-x);
        }

        return x < 2.0 ? 1.0 - Series(x) : ContinuedFraction(x);
    }

    // Abramowitz and Stegun 7.1.6: erf x = 2/sqrt(pi) exp(-x^2) sum_n 2^n x^(2n+1) / (2n+1)!!, all terms of one sign.
    private static double Series(double x)
    {
        var term = x;
        var sum = x;
        for (var n = 1; Math.Abs(term) > Math.Abs(sum) * 1e-17; n++)
        {
            term *= 2.0 * x * x / (2 * n + 1);
            sum += term;
        }

        return 2.0 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    // Abramowitz and Stegun 7.1.14: erfc x = exp(-x^2)/sqrt(pi) / (x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))).
    private static double ContinuedFraction(double x)
    {
        var tail = x;
        for (var n = 120; n > 0; n--)
        {
            tail = x + 0.5 * n / tail;
        }

        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * tail);
    }
}
