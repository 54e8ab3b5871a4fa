using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace NarVulkan.Checkpoints;

/// <summary>
/// A file mapped read-only into memory. Nothing is read before it is looked at, so gigabytes of optimizer state cost nothing.
/// Spans are valid until <see cref="Dispose"/>. A file that shrinks while it is mapped ends the process; nobody can prevent that.
/// </summary>
internal sealed unsafe partial class MappedFile : IDisposable
{
    /// <summary>MADV_DONTNEED of Linux.</summary>
    private const int DoNotNeed = 4;

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private byte* start;

    private MappedFile(string path, MemoryMappedFile file, MemoryMappedViewAccessor view, long length)
    {
        Path = path;
        Length = length;
        this.file = file;
        this.view = view;
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        start = pointer + view.PointerOffset;
    }

    public string Path { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <exception cref="ModelFileException">The file is missing, empty, a folder, pipe or device, or cannot be read.</exception>
    public static MappedFile Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new ModelFileException(path, "is a folder, but a weights file is expected; name the file in it");
        }
        FileStream? stream = null;
        MemoryMappedFile? file = null;
        try
        {
            stream = RegularFile.OpenRead(path, bufferSize: 0);
            long length = stream.Length;
            file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            stream = null;
            MemoryMappedViewAccessor view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            MappedFile mapped = new(path, file, view, length);
            file = null;
            return mapped;
        }
        catch (FormatException e)
        {
            throw new ModelFileException(path, e.Message, e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelFileException(path, "there is no such file; check the path, or fetch the weights", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ModelFileException(path, "may not be read; check its permissions", e);
        }
        catch (Exception e) when (e is IOException or NotSupportedException or ArgumentException)
        {
            throw new ModelFileException(path, $"cannot be read ({e.Message})", e);
        }
        finally
        {
            file?.Dispose();
            stream?.Dispose();
        }
    }

    /// <summary><paramref name="count"/> bytes from byte <paramref name="offset"/>, in place.</summary>
    public ReadOnlySpan<byte> Slice(long offset, int count)
    {
        ObjectDisposedException.ThrowIf(start == null, this);
        if (offset < 0 || count < 0 || offset > Length - count)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), $"{count} bytes at {offset} do not lie within {Length}");
        }
        return new ReadOnlySpan<byte>(start + offset, count);
    }

    /// <summary>
    /// Lets the pages that lie wholly within a range go from this process's memory. They stay in the system's cache, and come back when
    /// they are looked at. Does nothing where the system has no such call.
    /// </summary>
    public void Release(long offset, long count)
    {
        ObjectDisposedException.ThrowIf(start == null, this);
        if (offset < 0 || count < 0 || offset > Length - count)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), $"{count} bytes at {offset} do not lie within {Length}");
        }
        nuint page = (nuint)Environment.SystemPageSize;
        nuint first = ((nuint)(start + offset) + page - 1) / page * page, end = (nuint)(start + offset + count) / page * page;
        if (OperatingSystem.IsLinux() && end > first)
        {
            _ = Advise((void*)first, end - first, DoNotNeed);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);

    public void Dispose()
    {
        if (start == null)
        {
            return;
        }
        start = null;
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }
}
