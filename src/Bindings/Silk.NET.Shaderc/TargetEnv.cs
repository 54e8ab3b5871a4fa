namespace Silk.NET.Shaderc;

/// <summary>Environment that the SPIR-V is for.</summary>
public enum TargetEnv
{
    Vulkan = 0,
    Opengl = 1,
    OpenglCompat = 2,
    Webgpu = 3,
    Default = 0,
}
