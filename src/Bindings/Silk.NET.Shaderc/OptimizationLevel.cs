namespace Silk.NET.Shaderc;

/// <summary>What the optimiser aims at.</summary>
public enum OptimizationLevel
{
    Zero = 0,
    Size = 1,
    Performance = 2,
}
