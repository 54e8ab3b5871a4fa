using NarVulkan.Checkpoints;

namespace NarVulkan.Vulkan;

/// <summary>Finds compiled SPIR-V: in a folder given for experiments, else embedded in this assembly.</summary>
internal sealed class ShaderLibrary(string? directory)
{
    private const uint SpirvMagic = 0x07230203;
    private const int MostBytes = 16 << 20;

    /// <summary>The module's words.</summary>
    /// <exception cref="DeviceException">There is no such shader, or the file is no SPIR-V.</exception>
    public uint[] Load(ShaderDescription shader)
    {
        var (bytes, origin) = Read(shader);
        if (bytes.Length < 20 || bytes.Length % sizeof(uint) != 0 || BitConverter.ToUInt32(bytes, 0) != SpirvMagic)
        {
            throw new DeviceException($"{origin} is not a SPIR-V module: compile the shader again");
        }

        var words = new uint[bytes.Length / sizeof(uint)];
        System.Buffer.BlockCopy(bytes, 0, words, 0, bytes.Length);
        return words;
    }

    private (byte[] Bytes, string Origin) Read(ShaderDescription shader)
    {
        if (directory is not null)
        {
            var path = Path.Combine(directory, shader.ResourceName);
            if (File.Exists(path))
            {
                return (ReadFile(path), path);
            }
        }

        using var stream = typeof(ShaderLibrary).Assembly.GetManifestResourceStream(shader.ResourceName)
            ?? throw new DeviceException($"shader {shader.ResourceName} is not part of this build: compile it with tools/ShaderCompiler and build again");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return (bytes, shader.ResourceName);
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            using var file = RegularFile.OpenRead(path, bufferSize: 0);
            if (file.Length > MostBytes)
            {
                throw new DeviceException($"{path} has {file.Length} bytes, more than any shader: compile the shader again");
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new DeviceException($"{path} cannot be read ({e.Message})", e);
        }
    }
}
