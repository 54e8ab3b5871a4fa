using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NarVulkan.Checkpoints;

/// <summary>
/// A file to look into and to read from. Headers are looked at in place, mapped read-only, so that nothing is read or allocated by what they
/// claim; the bytes of tensors are read (<see cref="Read"/>), which takes a quarter of the time of mapped pages, and which a file that shrinks
/// meanwhile cannot harm. A mapped page that is gone when it is looked at ends the process; nobody can prevent that, so little is looked at.
/// Spans are valid until <see cref="Dispose"/>. Several threads may use it at once.
/// </summary>
internal sealed unsafe partial class MappedFile : IDisposable
{
    /// <summary>MADV_DONTNEED of Linux.</summary>
    private const int DoNotNeed = 4;

    private readonly FileStream stream;

    // Asked for its handle, a stream moves the file's position, which is a call of the system.
    private readonly SafeFileHandle handle;
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private byte* start;

    private MappedFile(string path, FileStream stream, MemoryMappedFile file, MemoryMappedViewAccessor view, long length)
    {
        Path = path;
        Length = length;
        this.stream = stream;
        handle = stream.SafeFileHandle;
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
            file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            MemoryMappedViewAccessor view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            MappedFile mapped = new(path, stream, file, view, length);
            (file, stream) = (null, null);
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
        CheckRange(offset, count);
        return new ReadOnlySpan<byte>(start + offset, count);
    }

    /// <summary>Fills <paramref name="destination"/> with the bytes from byte <paramref name="offset"/> on.</summary>
    /// <exception cref="ModelFileException">The file has become shorter since it was opened, or its disk fails.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        CheckRange(offset, destination.Length);
        try
        {
            while (destination.Length > 0)
            {
                int count = RandomAccess.Read(handle, destination, offset);
                if (count == 0)
                {
                    throw new ModelFileException(Path, $"has become shorter than the {Length} bytes that it had when it was opened; wait until it is written, and try again");
                }
                destination = destination[count..];
                offset += count;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(Path, $"cannot be read ({e.Message})", e);
        }
    }

    /// <summary>
    /// Lets the pages that lie wholly within a range go from this process's memory. They stay in the system's cache, and come back when
    /// they are looked at. Does nothing where the system has no such call.
    /// </summary>
    public void Release(long offset, long count)
    {
        CheckRange(offset, count);
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
        stream.Dispose();
    }

    private void CheckRange(long offset, long count)
    {
        ObjectDisposedException.ThrowIf(start == null, this);
        if (offset < 0 || count < 0 || offset > Length - count)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), $"{count} bytes at {offset} do not lie within {Length}");
        }
    }
}
