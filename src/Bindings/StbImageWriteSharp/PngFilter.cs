namespace StbImageWriteSharp;

/// <summary>Chooses for each row the PNG filter whose differences are smallest in sum (RFC 2083, section 9.6).</summary>
internal sealed class PngFilter(int stride, int pixelBytes)
{
    private const int FilterCount = 5;

    private readonly byte[][] _rows = [.. Enumerable.Range(0, FilterCount).Select(_ => new byte[stride + 1])];

    /// <summary>The filter's number, then the filtered row; valid until the next call.</summary>
    /// <param name="row">The row's bytes.</param>
    /// <param name="previous">The row above it; empty for the first.</param>
    public ReadOnlySpan<byte> Apply(ReadOnlySpan<byte> row, ReadOnlySpan<byte> previous)
    {
        int best = 0;
        long bestSum = long.MaxValue;
        for (int filter = 0; filter < FilterCount; filter++)
        {
            long sum = Fill(_rows[filter], filter, row, previous);
            if (sum < bestSum)
            {
                (best, bestSum) = (filter, sum);
            }
        }

        return _rows[best];
    }

    private long Fill(byte[] output, int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> previous)
    {
        output[0] = (byte)filter;
        long sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            int left = i >= pixelBytes ? row[i - pixelBytes] : 0;
            int up = previous.IsEmpty ? 0 : previous[i];
            int upLeft = i >= pixelBytes && !previous.IsEmpty ? previous[i - pixelBytes] : 0;
            int predicted = filter switch
            {
                0 => 0,
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                _ => Paeth(left, up, upLeft),
            };
            byte difference = (byte)(row[i] - predicted);
            output[i + 1] = difference;
            sum += Math.Abs((int)(sbyte)difference);
        }

        return sum;
    }

    private static int Paeth(int left, int up, int upLeft)
    {
        int toLeft = Math.Abs(up - upLeft);
        int toUp = Math.Abs(left - upLeft);
        int toUpLeft = Math.Abs(left + up - (2 * upLeft));
        if (toLeft <= toUp && toLeft <= toUpLeft)
        {
            return left;
        }

        return toUp <= toUpLeft ? up : upLeft;
    }
}
