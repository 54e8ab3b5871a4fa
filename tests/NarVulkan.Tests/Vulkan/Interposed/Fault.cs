using Silk.NET.Vulkan;

namespace NarVulkan.Tests.Vulkan.Interposed;

/// <summary>One call that fails.</summary>
/// <param name="Command">The command.</param>
/// <param name="Occurrence">Its how-manieth call, from 0.</param>
/// <param name="Error">What it returns instead of being carried out.</param>
internal sealed record Fault(string Command, int Occurrence, Result Error)
{
    public override string ToString() => $"{Command} #{Occurrence}: {Error}";
}
