namespace NarVulkan.Vulkan;

/// <summary>What a dispatch or copy must keep to; checked while recording, where the message can still name shader and buffer.</summary>
internal static class DispatchRules
{
    public static void Check(
        ShaderDescription shader,
        ReadOnlySpan<BufferBinding> bindings,
        uint parameterBytes,
        (uint X, uint Y, uint Z) groups,
        DeviceProfile profile)
    {
        if (bindings.Length != shader.Bindings.Length)
        {
            throw new InvalidOperationException($"shader {shader.Name} declares {shader.Bindings.Length} bindings, {bindings.Length} were given");
        }

        // An empty C# struct has one byte: it stands for "no parameters".
        if (parameterBytes != shader.PushConstantBytes && !(shader.PushConstantBytes == 0 && parameterBytes == 1))
        {
            throw new InvalidOperationException($"shader {shader.Name} declares {shader.PushConstantBytes} bytes of push constants, {parameterBytes} were given");
        }

        if (groups.X == 0 || groups.Y == 0 || groups.Z == 0)
        {
            throw new InvalidOperationException($"shader {shader.Name} was dispatched with {groups.X} x {groups.Y} x {groups.Z} groups");
        }

        if (groups.X > profile.MaxWorkgroupCountX || groups.Y > profile.MaxWorkgroupCountY || groups.Z > profile.MaxWorkgroupCountZ)
        {
            throw new DeviceException(
                $"shader {shader.Name} needs {groups.X} x {groups.Y} x {groups.Z} workgroups, {profile.Name} takes {profile.MaxWorkgroupCountX} x {profile.MaxWorkgroupCountY} x {profile.MaxWorkgroupCountZ}: use fewer samples at a time, or smaller images");
        }

        for (var i = 0; i < bindings.Length; i++)
        {
            if (shader.Bindings[i].Access != BindingAccess.UniformTexel)
            {
                CheckStorage(shader, i, bindings[i], profile);
            }
            else if (bindings[i].Offset != 0 || bindings[i].TexelFormat == default)
            {
                throw new InvalidOperationException($"binding {i} of shader {shader.Name} sees the whole of {bindings[i].Buffer} and needs a texel format");
            }
        }
    }

    public static void CheckRange(DeviceBuffer buffer, ulong offset, ulong bytes)
    {
        if (bytes == 0 || offset > buffer.PaddedSize || bytes > buffer.PaddedSize - offset)
        {
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, $"a range of {bytes} bytes at {offset} is not within {buffer}");
        }
    }

    private static void CheckStorage(ShaderDescription shader, int index, BufferBinding binding, DeviceProfile profile)
    {
        if (binding.Offset >= binding.Buffer.PaddedSize)
        {
            throw new InvalidOperationException($"binding {index} of shader {shader.Name} starts at {binding.Offset}, past the end of {binding.Buffer}");
        }

        CheckRange(binding.Buffer, binding.Offset, binding.Length);
        if (binding.Offset % profile.StorageBufferOffsetAlignment != 0)
        {
            throw new InvalidOperationException(
                $"binding {index} of shader {shader.Name} starts at byte {binding.Offset} of {binding.Buffer}; {profile.Name} needs multiples of {profile.StorageBufferOffsetAlignment}");
        }

        if (binding.Length > profile.MaxStorageBufferRange)
        {
            throw new DeviceException(
                $"binding {index} of shader {shader.Name} covers {binding.Length} bytes of '{binding.Buffer.Role}', {profile.Name} binds at most {profile.MaxStorageBufferRange}: use fewer samples at a time, or smaller images");
        }
    }
}
