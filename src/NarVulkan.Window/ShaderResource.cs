using System.Reflection;
using Silk.NET.Vulkan;

namespace NarVulkan.Windowing;

/// <summary>SPIR-V that travels inside the assembly.</summary>
internal static unsafe class ShaderResource
{
    /// <summary>A module, which the caller destroys when its pipelines are made.</summary>
    public static ShaderModule Load(WindowDevice device, string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name + ".spv") ?? throw new InvalidOperationException($"{name}.spv is not in the assembly");
        byte[] code = new byte[stream.Length];
        stream.ReadExactly(code);
        fixed (byte* words = code)
        {
            ShaderModuleCreateInfo info = new() { SType = StructureType.ShaderModuleCreateInfo, CodeSize = (nuint)code.Length, PCode = (uint*)words };
            ShaderModule module;
            device.Vk.CreateShaderModule(device.Handle, &info, null, &module).Check("vkCreateShaderModule");
            return module;
        }
    }
}
