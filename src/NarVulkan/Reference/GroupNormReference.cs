namespace NarVulkan.Reference;

/// <summary>
/// The twin of <c>shaders/group_norm_moments.comp</c> and <c>shaders/group_norm_scales.comp</c>: statistics of GroupNorm (Wu and
/// He, 2018), channels last, accumulated in double.
/// </summary>
internal static class GroupNormReference
{
    /// <summary>moments[row] = means of the channels, then sums of their squared deviations, over each row of x [rows, width, channels].</summary>
    public static void Moments(ReadOnlySpan<float> x, int rows, int width, int channels, Span<float> moments)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var c = 0; c < channels; c++)
            {
                double sum = 0, squares = 0;
                for (var column = 0; column < width; column++)
                {
                    sum += x[(row * width + column) * channels + c];
                }

                var mean = sum / width;
                for (var column = 0; column < width; column++)
                {
                    var deviation = x[(row * width + column) * channels + c] - mean;
                    squares += deviation * deviation;
                }

                moments[2 * row * channels + c] = (float)mean;
                moments[(2 * row + 1) * channels + c] = (float)squares;
            }
        }
    }

    /// <summary>scales [2, channels]: the mean of each channel's group, and weight / sqrt(variance of the group + epsilon).</summary>
    public static void Scales(ReadOnlySpan<float> moments, int rows, int width, int groups, ReadOnlySpan<float> weight, float epsilon, Span<float> scales)
    {
        var channels = weight.Length;
        var groupChannels = channels / groups;
        for (var group = 0; group < groups; group++)
        {
            double mean = 0, squares = 0;
            for (var part = 0; part < rows * groupChannels; part++)
            {
                mean += moments[At(part)];
            }

            mean /= rows * groupChannels;
            for (var part = 0; part < rows * groupChannels; part++)
            {
                var deviation = moments[At(part)] - mean;
                squares += moments[At(part) + channels] + width * deviation * deviation;
            }

            var scale = 1 / Math.Sqrt(squares / ((double)rows * groupChannels * width) + epsilon);
            for (var c = group * groupChannels; c < (group + 1) * groupChannels; c++)
            {
                scales[c] = (float)mean;
                scales[channels + c] = (float)(weight[c] * scale);
            }

            int At(int part) => part / groupChannels * 2 * channels + group * groupChannels + part % groupChannels;
        }
    }
}
