namespace Silk.NET.Shaderc;

/// <summary>SPIR-V version to emit.</summary>
public enum SpirvVersion
{
    Shaderc10 = 65536,
    Shaderc11 = 65792,
    Shaderc12 = 66048,
    Shaderc13 = 66304,
    Shaderc14 = 66560,
    Shaderc15 = 66816,
    Shaderc16 = 67072,
}
