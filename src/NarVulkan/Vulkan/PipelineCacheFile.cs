using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using NarVulkan.Checkpoints;

namespace NarVulkan.Vulkan;

/// <summary>
/// The driver's pipeline cache on disk. The name carries vendor, device, driver and our version; a header with a hash
/// keeps damaged files from the driver, and <see cref="CacheFile"/> those that others may have written: a hash proves no origin, and a driver
/// runs what is in its cache. Nothing that goes wrong here stops a run: the cache is only left unused.
/// </summary>
/// <param name="path">The file, or null for no cache.</param>
internal sealed class PipelineCacheFile(string? path)
{
    private const int HashBytes = 32;
    private const int MostBytes = 256 << 20;
    private const int HeaderBytes = 8 + sizeof(long) + HashBytes;

    // Counted up whenever the header or the way pipelines are made changes.
    private const int FormatVersion = 1;

    private static ReadOnlySpan<byte> Magic => "NARVKPC1"u8;

    public string? Path { get; } = path;

    /// <summary>What kept the cache from being read or written, in one line; null when nothing did.</summary>
    public string? Problem { get; private set; }

    /// <summary>The cache file of a device.</summary>
    /// <param name="directory">Its folder; null: the user's cache folder; empty: no cache.</param>
    /// <param name="profile">The device.</param>
    public static PipelineCacheFile For(string? directory, DeviceProfile profile)
    {
        var folder = directory ?? UserCacheDirectory();
        if (string.IsNullOrEmpty(folder))
        {
            return new PipelineCacheFile(null);
        }

        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"pipelines-{profile.VendorId:x}-{profile.DeviceId:x}-{profile.DriverVersion:x}-{profile.DriverUuid:n}-{profile.PipelineCacheUuid:n}-v{FormatVersion}.bin");
        return new PipelineCacheFile(System.IO.Path.Combine(folder, name));
    }

    /// <summary>What was saved, or nothing when there is no file or it is damaged.</summary>
    public byte[] Load()
    {
        if (Path is null)
        {
            return [];
        }

        try
        {
            if (CacheFile.Read(Path, MostBytes) is not { } file)
            {
                return [];
            }

            var data = file.AsSpan(Math.Min(HeaderBytes, file.Length));
            var valid = file.Length >= HeaderBytes
                && file.AsSpan(0, Magic.Length).SequenceEqual(Magic)
                && BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(Magic.Length)) == data.Length
                && file.AsSpan(HeaderBytes - HashBytes, HashBytes).SequenceEqual(SHA256.HashData(data));
            if (valid)
            {
                return data.ToArray();
            }

            Problem = $"pipeline cache {Path} is damaged and was ignored";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = $"pipeline cache {Path} could not be read and was ignored: {e.Message}";
        }

        return [];
    }

    /// <summary>Notes that the driver did not take what was loaded.</summary>
    public void Reject(string reason) => Problem = $"pipeline cache {Path} was refused by the driver ({reason}) and was ignored";

    /// <summary>Replaces the file in one move, so that a reader sees the old or the new one, never a part.</summary>
    /// <returns>False when it could not be written; <see cref="Problem"/> says why.</returns>
    public bool Save(ReadOnlySpan<byte> data)
    {
        if (Path is null)
        {
            return false;
        }

        var file = new byte[HeaderBytes + data.Length];
        Magic.CopyTo(file);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(Magic.Length), data.Length);
        SHA256.HashData(data, file.AsSpan(HeaderBytes - HashBytes, HashBytes));
        data.CopyTo(file.AsSpan(HeaderBytes));
        try
        {
            CacheFile.Replace(Path, file);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = $"pipeline cache {Path} could not be written: {e.Message}";
            return false;
        }
    }

    private static string? UserCacheDirectory()
    {
        var folder = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(folder))
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            folder = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : home.Length == 0 ? ""
                : OperatingSystem.IsMacOS() ? System.IO.Path.Combine(home, "Library", "Caches")
                : System.IO.Path.Combine(home, ".cache");
        }

        return folder.Length == 0 ? null : System.IO.Path.Combine(folder, "narvk");
    }
}
