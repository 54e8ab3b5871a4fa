using System.Diagnostics;
using NarVulkan.Cli.Media;
using NarVulkan.Cli.Output;
using Xunit;

namespace NarVulkan.Tests.Cli;

public sealed class NpzFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Crc32_KnownText_GivesTheStandardsValue()
    {
        Assert.Equal(0xCBF43926u, Crc32.Append(0, "123456789"u8));
        Assert.Equal(0xCBF43926u, Crc32.Append(Crc32.Append(0, "1"u8), "23456789"u8));
        byte[] bytes = Enumerable.Range(0, 1000).Select(i => (byte)(i * 7)).ToArray();
        Assert.Equal(Crc32.Append(0, bytes), bytes.Aggregate(0u, (crc, b) => Crc32.Append(crc, [b])));
    }

    [Theory]
    [InlineData(1, 2, 3)]
    [InlineData(7, 5, 11)]
    public void Write_Array_IsReadBackByAnotherReader(int samples, int height, int width)
    {
        byte[] bytes = Pattern(samples * height * width * 3);
        Write("a.npz", [samples, height, width, 3], bytes);
        (int[] shape, byte[] read) = NpzFiles.Read(folder["a.npz"]);
        Assert.Equal([samples, height, width, 3], shape);
        Assert.Equal(bytes, read);
    }

    [Fact]
    public void Write_TooFewBytes_IsRefusedAndLeavesNothing()
    {
        Assert.Throws<ArgumentException>(() => Write("a.npz", [2, 3], Pattern(5)));
        Assert.Empty(folder.Files);
    }

    /// <summary>NumPy's own writer is Python's zipfile with these settings.</summary>
    [SkippableFact]
    public void Write_Array_IsWhatPythonsZipfileWrites()
    {
        byte[] bytes = Pattern(4 * 6 * 5 * 3);
        Write("a.npz", [4, 6, 5, 3], bytes);
        Python("""
            import sys, zipfile
            data = open(sys.argv[1], 'rb').read()
            with zipfile.ZipFile(sys.argv[1]) as z:
                assert z.testzip() is None and z.namelist() == ['arr_0.npy']
                entry = z.read('arr_0.npy')
            with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_STORED, allowZip64=True) as z:
                with z.open('arr_0.npy', 'w', force_zip64=True) as f:
                    f.write(entry)
            assert open(sys.argv[2], 'rb').read() == data
            """);
    }

    [SkippableFact]
    public void Write_Array_IsReadByNumPyAndTheSameAsItsSavez()
    {
        byte[] bytes = Pattern(4 * 6 * 5 * 3);
        Write("a.npz", [4, 6, 5, 3], bytes);
        string output = Python("""
            import sys
            try:
                import numpy
            except ImportError:
                print('no numpy')
                sys.exit(0)
            a = numpy.load(sys.argv[1])['arr_0']
            assert a.shape == (4, 6, 5, 3) and a.dtype == numpy.uint8
            assert a.ravel().tolist() == [i * 31 % 251 for i in range(a.size)]
            numpy.savez(sys.argv[2], a)
            assert open(sys.argv[1], 'rb').read() == open(sys.argv[2], 'rb').read()
            """);
        Skip.If(output.Contains("no numpy"), "python3 has no numpy");
    }

    /// <summary>Beyond 2 GiB and 4 GiB the directory changes its form. The array itself is a hole in the file.</summary>
    [SkippableTheory]
    [InlineData(3)]
    [InlineData(5)]
    public void Layout_LargeArray_IsReadByPython(int gigabytes)
    {
        int[] shape = [gigabytes * 1024, 512, 2048, 1];
        NpzLayout layout = new(shape);
        using (FileStream stream = new(folder["large.npz"], FileMode.Create))
        {
            // The checksum is not asked for: reading five gigabytes would take most of a minute.
            stream.Write(layout.Head(0));
            stream.Position = layout.DataOffset + layout.DataBytes;
            stream.Write(layout.Tail(0));
        }
        Python("""
            import sys, zipfile
            with zipfile.ZipFile(sys.argv[1]) as z:
                i = z.getinfo('arr_0.npy')
                header = z.open(i).read(128)
                assert header.startswith(b'\x93NUMPY'), header
                shape = eval(header[10:].decode())['shape']
                assert i.file_size == 128 + shape[0] * shape[1] * shape[2] * shape[3] == i.compress_size, i
            """, "large.npz");
    }

    private static byte[] Pattern(int length) => Enumerable.Range(0, length).Select(i => (byte)(i * 31 % 251)).ToArray();

    private void Write(string name, int[] shape, byte[] bytes) => NpzFile.Write(folder[name], shape, write =>
    {
        // In uneven pieces, as samples come.
        for (int i = 0; i < bytes.Length; i += 7)
        {
            write(bytes.AsSpan(i, Math.Min(7, bytes.Length - i)));
        }
    });

    private string Python(string script, string file = "a.npz")
    {
        string[] places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Skip.IfNot(places.Any(place => File.Exists(Path.Combine(place, "python3"))), "there is no python3 on PATH");
        ProcessStartInfo start = new("python3", ["-c", script, folder[file], folder["python.npz"]]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output;
    }
}
