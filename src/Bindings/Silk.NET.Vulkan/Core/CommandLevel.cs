namespace Silk.NET.Core.Native;

/// <summary>What a command must be looked up with: nothing, the instance, or the device.</summary>
internal enum CommandLevel
{
    Global,
    Instance,
    Device,
}
