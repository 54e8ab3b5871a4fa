using NarVulkan.Cli.Fetching;

namespace NarVulkan.Tests.Cli.Fetching;

/// <summary>A disk with as much room as a test gives it.</summary>
internal sealed class FakeFetchDisk : IFetchDisk
{
    private const int NoSpaceLeft = 28;

    /// <summary>What it says is free.</summary>
    public long? Free { get; set; }

    /// <summary>Bytes that it takes before it is full.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Is told how many bytes a file has after each write.</summary>
    public Action<long>? Written { get; set; }

    public long? FreeBytes(string folder) => Free;

    public void Append(FileStream stream, ReadOnlySpan<byte> bytes)
    {
        int fit = (int)Math.Min(bytes.Length, Capacity);
        stream.Write(bytes[..fit]);
        Capacity -= fit;
        if (fit < bytes.Length)
        {
            throw new IOException("No space left on device", NoSpaceLeft);
        }
        Written?.Invoke(stream.Length);
    }
}
