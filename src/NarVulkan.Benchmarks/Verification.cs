namespace NarVulkan.Benchmarks;

/// <summary>Makes the error of a device that computes something else than it should: nothing is timed then.</summary>
internal static class Verification
{
    /// <summary>Compares before anything is timed: a fast wrong kernel is of no interest.</summary>
    /// <exception cref="DeviceException">A value is off by more than the tolerance, or is no number.</exception>
    public static void Close(string what, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float tolerance)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(actual[i] - expected[i]) <= tolerance))
            {
                throw Failure(what, $"element {i} is {actual[i]:R} instead of {expected[i]:R}");
            }
        }
    }

    /// <summary>The same for whole numbers.</summary>
    /// <exception cref="DeviceException">A value differs.</exception>
    public static void Equal(string what, ReadOnlySpan<int> expected, ReadOnlySpan<int> actual)
    {
        int same = expected.CommonPrefixLength(actual);
        if (same < expected.Length)
        {
            throw Failure(what, FormattableString.Invariant($"element {same} is {actual[same]} instead of {expected[same]}"));
        }
    }

    /// <summary>The error.</summary>
    public static DeviceException Failure(string what, FormattableString why) => Failure(what, FormattableString.Invariant(why));

    /// <summary>The error.</summary>
    public static DeviceException Failure(string what, string why) =>
        new($"{what} is wrong on this device: {why}; nothing is timed. Try 'narvk doctor', and another driver or --device");
}
